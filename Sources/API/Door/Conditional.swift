import Crypto
package import Domain
import FastCGI

/// Entity tags and the preconditions that use them.
package enum Conditional {
    /// The tag of a versioned resource.
    package static func tag(version: Int) -> String { "\"\(version)\"" }

    /// The tag of a versioned resource whose answer also shows what changes without its version, such as an open alert:
    /// equal only for equal bytes, while `If-Match` looks at the version before the point.
    static func tag(version: Int, of body: [UInt8]) -> String {
        "\"\(version).\(base64URL(SHA256.hash(data: body).prefix(8)))\""
    }

    /// The tag of an answer without a version: equal bytes, equal tag.
    static func tag(of body: [UInt8]) -> String {
        "\"\(base64URL(SHA256.hash(data: body).prefix(16)))\""
    }

    /// A 200 to a GET gets an `ETag`; when the client has that version already, it is told so with 304.
    static func applied(to response: Response, for request: Request) -> Response {
        guard request.method == "GET" || request.method == "HEAD", response.status == 200,
            response.header("X-Accel-Redirect") == nil
        else { return response }
        var answer = response
        let tag = response.header("ETag") ?? tag(of: response.body)
        if response.header("ETag") == nil { answer.headers.append(("ETag", tag)) }
        guard let known = request.header("If-None-Match"), matches(known, tag) else { return answer }
        let kept = answer.headers.filter { $0.0.lowercased() != "content-type" }
        return Response(status: 304, headers: kept)
    }

    /// Weak comparison (RFC 9110, 13.1.2): `W/"1"` is as good as `"1"`.
    private static func matches(_ list: String, _ tag: String) -> Bool {
        tags(in: list).contains { $0 == "*" || ($0.hasPrefix("W/") ? String($0.dropFirst(2)) : $0) == tag }
    }

    /// The members of a list of entity tags, spaces around them taken off.
    static func tags(in list: String) -> [String] {
        list.split(separator: ",").map { piece in
            String(piece.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }
}

extension Call {
    /// The versions that `If-Match` admits, by strong comparison: a weak tag or one of another kind matches nothing.
    package var versionMatch: VersionMatch {
        guard let header = request.header("If-Match") else { return .any }
        let tags = Conditional.tags(in: header)
        if tags == ["*"] { return .existing }
        return .among(
            Set(
                tags.compactMap { tag in
                    guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\"") else { return nil }
                    return Int(tag.dropFirst().dropLast().prefix { $0 != "." })
                }))
    }
}
