import Domain
package import FastCGI

/// The two cookies of a browser session.
package enum SessionCookie: String, Sendable {
    case access = "assay_access"
    case refresh = "assay_refresh"

    private var path: String { self == .access ? "/" : "/api/v1/auth" }

    /// A `Set-Cookie` value; `Secure` when the browser's connection is encrypted.
    package func setting(_ value: String, maximumAgeSeconds: Int64, isSecure: Bool) -> String {
        "\(rawValue)=\(value); Path=\(path); Max-Age=\(maximumAgeSeconds); HttpOnly; SameSite=Strict"
            + (isSecure ? "; Secure" : "")
    }

    /// A `Set-Cookie` value that removes the cookie.
    package func clearing(isSecure: Bool) -> String { setting("", maximumAgeSeconds: 0, isSecure: isSecure) }

    /// The cookie's value in a request; nil when absent or empty.
    package func value(in request: Request) -> String? {
        for (name, value) in request.headers where name == "cookie" {
            for pair in value.split(separator: ";") {
                let trimmed = pair.drop { $0 == " " }
                if trimmed.hasPrefix(rawValue + "="), trimmed.utf8.count > rawValue.utf8.count + 1 {
                    return String(trimmed.dropFirst(rawValue.count + 1))
                }
            }
        }
        return nil
    }
}
