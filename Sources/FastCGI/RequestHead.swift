/// Everything of a request but its body, or why it is refused.
struct RequestHead {
    let method: String
    let path: String
    let query: [(String, String)]
    let headers: [(String, String)]
    let bodyFile: String?
    let remoteAddress: String
    let isSecure: Bool
    let id: String
    /// What the client declared; nil when it declared nothing or the body stayed with the web server.
    let declaredBodyBytes: Int?

    init(_ parameters: Parameters, limits: RequestLimits) throws(RefusedRequest) {
        id = requestID(parameters.text("REQUEST_ID"))
        method = parameters.text("REQUEST_METHOD") ?? "GET"
        headers = parameters.headers
        bodyFile = parameters.text("REQUEST_BODY_FILE")
        remoteAddress = parameters.text("REMOTE_ADDR") ?? ""
        isSecure = parameters.text("HTTPS") == "on" || parameters.text("REQUEST_SCHEME") == "https"
        guard let path = requestPath(parameters) else {
            throw RefusedRequest(refusal: .malformedPath, requestID: id)
        }
        self.path = path
        guard let query = decodedQuery(parameters.bytes("QUERY_STRING") ?? []) else {
            throw RefusedRequest(refusal: .malformedQuery, requestID: id)
        }
        self.query = query
        guard bodyFile == nil, let length = parameters.bytes("CONTENT_LENGTH"), !length.isEmpty else {
            declaredBodyBytes = nil
            return
        }
        guard length.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            throw RefusedRequest(refusal: .malformedLength, requestID: id)
        }
        // A number too long for Int is certainly too large.
        let declared = Int(String(decoding: length, as: UTF8.self)) ?? .max
        guard declared <= limits.maximumBodyBytes else { throw RefusedRequest(refusal: .tooLarge, requestID: id) }
        declaredBodyBytes = declared
    }
}

/// `DOCUMENT_URI` is what the web server matched its locations against: already decoded and normalised.
/// Without it (a plain FastCGI client) the raw request line is decoded here.
private func requestPath(_ parameters: Parameters) -> String? {
    if let decoded = parameters.bytes("DOCUMENT_URI"), !decoded.isEmpty {
        return routablePath(String(validating: decoded, as: UTF8.self))
    }
    guard let raw = parameters.bytes("REQUEST_URI") else { return nil }
    return routablePath(percentDecoded(raw.prefix { $0 != UInt8(ascii: "?") }, plusIsSpace: false))
}

private func requestID(_ given: String?) -> String {
    if let given, given.utf8.count <= 64,
        given.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || Character(Unicode.Scalar($0)).isHexDigit })
    {
        return given
    }
    let high = String(UInt64.random(in: .min ... .max), radix: 16)
    let low = String(UInt64.random(in: .min ... .max), radix: 16)
    return String(repeating: "0", count: 16 - high.count) + high + String(repeating: "0", count: 16 - low.count) + low
}
