import FastCGI
import Wire

/// Refuses unsafe requests that another site made a browser send.
///
/// `SameSite=Strict` already keeps cookies from such requests; this holds for browsers and sibling hosts that do not.
enum OriginCheck {
    /// - Throws: 403 `origin_refused` unless `Origin` names the host the request was sent to.
    static func pass(_ request: Request) throws(Problem) {
        guard let origin = request.header("Origin"), let host = request.header("Host"), !host.isEmpty,
            origin == "http://\(host)" || origin == "https://\(host)"
        else {
            throw Problem(.originRefused, "A write with a session cookie needs an Origin header of this site.")
        }
    }
}
