/// What is sent as the body of a request.
package enum HTTPBody: Sendable, Equatable {
    case none
    case bytes([UInt8])
    /// The content of a file, streamed; it must not change while it is sent.
    case file(path: String)
}

/// One outgoing HTTP exchange with all its limits; only `http` and `https` addresses are accepted.
package struct HTTPRequest: Sendable {
    /// What happens to reply bytes beyond `replyCapBytes`.
    package enum OverCap: Sendable {
        /// Read to the end and counted in `droppedBytes`.
        case count
        /// The exchange fails with `replyTooLarge`.
        case fail
    }

    package var method: String
    package var url: String
    package var headers: [(name: String, value: String)]
    package var body: HTTPBody
    package var connectTimeoutMs: Int
    /// Of each hop, from name resolution to the last byte; 0 = no limit (streams).
    package var totalTimeoutMs: Int
    /// Fails with `timedOut` when nothing is received for this long, in whole seconds; 0 = no limit.
    package var idleTimeoutMs: Int
    /// Statuses whose body goes to the receiver of a streamed exchange instead of the reply.
    package var streamedStatuses: ClosedRange<Int>
    /// Reply bytes kept in memory.
    package var replyCapBytes: Int
    package var overCap: OverCap
    /// Also writes the reply body to this descriptor, up to `sinkCapBytes`; the caller opens and closes it.
    package var sinkDescriptor: Int32?
    package var sinkCapBytes: Int
    /// Redirects followed, each under the same address policy; at most 3 are ever followed.
    package var maximumRedirects: Int
    package var verifiesTLS: Bool
    /// PEM file of the authorities to trust instead of the system's.
    package var caFile: String?
    package var policy: AddressPolicy

    package init(
        method: String = "GET", url: String, headers: [(name: String, value: String)] = [], body: HTTPBody = .none,
        connectTimeoutMs: Int = 5_000, totalTimeoutMs: Int = 30_000, idleTimeoutMs: Int = 0,
        streamedStatuses: ClosedRange<Int> = 200...299, replyCapBytes: Int = 1 << 20,
        overCap: OverCap = .count, sinkDescriptor: Int32? = nil, sinkCapBytes: Int = 64 << 20,
        maximumRedirects: Int = 0, verifiesTLS: Bool = true, caFile: String? = nil, policy: AddressPolicy = .publicOnly
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.connectTimeoutMs = connectTimeoutMs
        self.totalTimeoutMs = totalTimeoutMs
        self.idleTimeoutMs = idleTimeoutMs
        self.streamedStatuses = streamedStatuses
        self.replyCapBytes = replyCapBytes
        self.overCap = overCap
        self.sinkDescriptor = sinkDescriptor
        self.sinkCapBytes = sinkCapBytes
        self.maximumRedirects = maximumRedirects
        self.verifiesTLS = verifiesTLS
        self.caFile = caFile
        self.policy = policy
    }

    /// Sends on a connection of its own and waits for the whole reply.
    ///
    /// - Throws: `TransferError`; a status of 400 or more is a reply, not an error.
    /// Blocks; call on a worker thread.
    package func send(abort: AbortSwitch? = nil) throws(TransferError) -> HTTPReply {
        try HTTPSession().send(self, abort: abort)
    }
}
