import Crypto
import FastCGI
package import Wire

/// Entity tags and the preconditions that use them.
package enum Conditional {
    /// The tag of a versioned resource.
    package static func tag(version: Int) -> String { "\"\(version)\"" }

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

    private static func matches(_ list: String, _ tag: String) -> Bool {
        list.split(separator: ",").contains { piece in
            let trimmed = piece.drop { $0 == " " }
            let strong = trimmed.hasPrefix("W/") ? trimmed.dropFirst(2) : trimmed
            let known = strong.reversed().drop { $0 == " " }.reversed()
            return known.elementsEqual("*") || known.elementsEqual(tag)
        }
    }
}

extension Call {
    /// The version that `If-Match` asks for; nil when the client does not care.
    ///
    /// - Throws: 412 for a tag that no version has, since nothing can match it.
    package func expectedVersion() throws(Problem) -> Int? {
        guard let header = request.header("If-Match"), header != "*" else { return nil }
        guard header.hasPrefix("\""), header.hasSuffix("\""), let version = Int(header.dropFirst().dropLast()) else {
            throw Problem(.preconditionFailed, "If-Match is not an ETag of this resource.")
        }
        return version
    }
}
