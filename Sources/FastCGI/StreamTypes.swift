/// One adopted connection of a hub; never reused within a process.
package struct StreamID: Hashable, Sendable {
    let value: UInt64
}

/// Why a stream left its hub.
package enum StreamCloseReason: Hashable, Sendable {
    /// Ended by `close` or `drain`, everything sent.
    case finished
    /// The client or the web server went away.
    case clientGone
    /// More than the cap was waiting when the next piece came; the client reconnects and resumes.
    case tooSlow
}

/// What a hub allows one stream.
package struct StreamLimits: Sendable {
    /// Bytes that may wait for a slow client; with more it is cut at the next piece.
    package let pendingBytes: Int
    /// Silence after which a comment is sent, so that a vanished client is noticed.
    package let heartbeatMs: Int64
    /// How long a closing stream may take to send its rest.
    package let closingMs: Int64

    package init(pendingBytes: Int = 1 << 20, heartbeatMs: Int64 = 15_000, closingMs: Int64 = 5000) {
        self.pendingBytes = pendingBytes
        self.heartbeatMs = heartbeatMs
        self.closingMs = closingMs
    }
}
