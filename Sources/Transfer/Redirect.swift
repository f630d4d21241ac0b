extension HTTPRequest {
    /// Becomes the request for the next hop: GET after 303 (and after 301, 302 for POST), and no credentials to
    /// another origin.
    mutating func follow(_ location: String, status: Int) {
        if status == 303 && method != "HEAD" || [301, 302].contains(status) && method == "POST" {
            method = "GET"
            body = .none
            headers.removeAll { $0.name.lowercased() == "content-type" }
        }
        if location.origin != url.origin {
            headers.removeAll { ["authorization", "cookie"].contains($0.name.lowercased()) }
        }
        url = location
    }
}

extension String {
    var hasHTTPScheme: Bool {
        let start = prefix(8).lowercased()
        return start.hasPrefix("http://") || start == "https://"
    }

    /// Scheme and authority: all before the path.
    var origin: String {
        let parts = split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.prefix(3).joined(separator: "/").lowercased()
    }
}

extension UInt8 {
    /// Whether it may stand in a header name or method (RFC 9110 token).
    var isTokenByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(self)
        }
    }
}
