extension Response {
    /// Status line and headers of an answer whose length is not known yet.
    func cgiHeadWithoutLength() -> [UInt8] {
        let status = (100...599).contains(status) ? status : 500
        var head = "Status: \(status) \(reasonPhrase(status))\r\n"
        for (name, value) in headers where isToken(name) { head += "\(name): \(singleLine(value))\r\n" }
        return Array((head + "\r\n").utf8)
    }

    /// The CGI form: status line, headers, blank line and, unless `includesBody` is false, the body.
    package func cgiBytes(includesBody: Bool = true) -> [UInt8] {
        let status = (100...599).contains(status) ? status : 500
        var head = "Status: \(status) \(reasonPhrase(status))\r\n"
        var hasLength = false
        for (name, value) in headers where isToken(name) {
            hasLength = hasLength || name.lowercased() == "content-length"
            head += "\(name): \(singleLine(value))\r\n"
        }
        let mayCarryBody = status >= 200 && status != 204 && status != 304
        if mayCarryBody && !hasLength { head += "Content-Length: \(body.count)\r\n" }
        var bytes = Array(head.utf8)
        bytes.append(contentsOf: [13, 10])
        if includesBody && mayCarryBody { bytes.append(contentsOf: body) }
        return bytes
    }
}

/// RFC 9110 token, so that a name can never break out of its line.
private func isToken(_ name: String) -> Bool {
    !name.isEmpty
        && name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
        }
}

private func singleLine(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 < 32 && $0 != 9 || $0 == 127 }) else { return value }
    return String(
        String.UnicodeScalarView(
            value.unicodeScalars.map { $0.value < 32 && $0.value != 9 || $0.value == 127 ? " " : $0 }))
}

private func reasonPhrase(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 204: "No Content"
    case 206: "Partial Content"
    case 207: "Multi-Status"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 412: "Precondition Failed"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    default: "Status \(status)"
    }
}
