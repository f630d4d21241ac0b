import Glibc

/// One connection inside the hub: what waits to be sent and whether it is ending.
struct HubStream {
    enum SendResult {
        case sent, blocked, gone
    }

    let descriptor: Int32
    let requestID: UInt16
    let hasHeartbeat: Bool
    let onClose: @Sendable (StreamCloseReason) -> Void
    /// Monotonic; of the last bytes given to the stream.
    var lastSendMs: Int64
    /// Monotonic; set when the stream ends as soon as its rest is sent.
    var closingSinceMs: Int64?
    /// Whether the hub has asked to be told when the socket takes more.
    var waitsForRoom = false
    /// Told once when nothing waits any more.
    var whenSent: (@Sendable () -> Void)?
    private var pending: [UInt8] = []
    private var sentOfPending = 0

    init(
        descriptor: Int32, requestID: UInt16, hasHeartbeat: Bool, nowMs: Int64,
        onClose: @escaping @Sendable (StreamCloseReason) -> Void
    ) {
        self.descriptor = descriptor
        self.requestID = requestID
        self.hasHeartbeat = hasHeartbeat
        self.onClose = onClose
        lastSendMs = nowMs
    }

    var pendingBytes: Int { pending.count - sentOfPending }

    /// Sends `records` after what waits already; keeps what the socket does not take.
    mutating func send(_ records: [UInt8]) -> SendResult {
        guard pendingBytes == 0 else {
            pending.append(contentsOf: records)
            return .blocked
        }
        pending = records
        sentOfPending = 0
        return flush()
    }

    mutating func flush() -> SendResult {
        while pendingBytes > 0 {
            let count = pending.withUnsafeBytes { buffer in
                let rest = UnsafeRawBufferPointer(rebasing: buffer[sentOfPending...])
                return Glibc.send(
                    descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count > 0 {
                sentOfPending += count
            } else if errno == EAGAIN {
                dropSent()
                return .blocked
            } else if errno != EINTR {
                return .gone
            }
        }
        pending = []
        sentOfPending = 0
        return .sent
    }

    /// A long-blocked stream must not keep what it has sent; moving the rest is worth it only in large pieces.
    private mutating func dropSent() {
        guard sentOfPending > 1 << 16 else { return }
        pending.removeFirst(sentOfPending)
        sentOfPending = 0
    }
}
