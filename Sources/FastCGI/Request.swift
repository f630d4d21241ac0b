/// One HTTP request as the web server handed it over; a plain value, so tests build one directly.
package struct Request: Sendable {
    package let method: String
    /// Percent-decoded and normalised by the web server; valid UTF-8 without control characters.
    package let path: String
    /// Decoded pairs of the query string in their order.
    package let query: [(String, String)]
    /// Lower-case names (`content-type`) and values.
    package let headers: [(String, String)]
    package let body: [UInt8]
    /// Where the web server stored the body when it did not pass it on.
    package let bodyFile: String?
    package let remoteAddress: String
    /// Whether the client's connection to the web server is encrypted.
    package let isSecure: Bool
    /// Of the web server (`REQUEST_ID`) or generated; appears in logs and problem documents.
    package let id: String

    package init(
        method: String = "GET", path: String, query: [(String, String)] = [], headers: [(String, String)] = [],
        body: [UInt8] = [], bodyFile: String? = nil, remoteAddress: String = "", isSecure: Bool = false,
        id: String = ""
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers.map { ($0.lowercased(), $1) }
        self.body = body
        self.bodyFile = bodyFile
        self.remoteAddress = remoteAddress
        self.isSecure = isSecure
        self.id = id
    }

    /// The first value of the query key `name`; nil when absent.
    package func query(_ name: String) -> String? { query.first { $0.0 == name }?.1 }

    /// The first value of the header `name`, in any case; nil when absent.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.0 == wanted }?.1
    }
}

/// What a server accepts from one request.
package struct RequestLimits: Sendable {
    /// A larger body is answered 413 without being read.
    package let maximumBodyBytes: Int
    /// How long a connection may stand still while a request is read or an answer written.
    package let ioTimeoutSeconds: Int

    package init(maximumBodyBytes: Int = 16 << 20, ioTimeoutSeconds: Int = 30) {
        self.maximumBodyBytes = maximumBodyBytes
        self.ioTimeoutSeconds = ioTimeoutSeconds
    }
}
