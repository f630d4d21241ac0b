/// Where the time of an exchange went, in milliseconds from its start; phases that did not happen are 0.
package struct TransferTimings: Sendable, Equatable {
    package var dnsMs = 0.0
    package var connectMs = 0.0
    package var tlsMs = 0.0
    package var firstByteMs = 0.0
    package var totalMs = 0.0

    package init() {}
}

/// What came back from a server, whatever its status.
package struct HTTPReply: Sendable {
    package let status: Int
    /// In the order received, names as sent by the server.
    package let headers: [(name: String, value: String)]
    /// The first `replyCapBytes` of the body.
    package let body: [UInt8]
    /// Body bytes received, kept or not.
    package let bodyBytes: Int64
    /// Body bytes that are neither in `body` nor in the sink.
    package let droppedBytes: Int64
    package let timings: TransferTimings
    /// Numeric address of the peer; empty when unknown.
    package let remoteAddress: String
    /// The address that answered, after redirects.
    package let url: String

    /// The first header of that name, in any case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    package var text: String { String(decoding: body, as: UTF8.self) }
}
