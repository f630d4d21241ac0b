import Glibc
import Synchronization

/// A connection that has left libfcgi: closed with its last reference unless someone took it over.
package final class StreamHandle: Sendable {
    let requestID: UInt16
    private let descriptor: Mutex<Int32>

    /// Takes ownership of a connected non-blocking socket whose request has been read to its end.
    package init(descriptor: Int32, requestID: UInt16) {
        self.requestID = requestID
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        if let open = take() { close(open) }
    }

    /// Sends one piece of the body within `timeoutMs`, waiting for a slow client. Call on a thread that may block.
    ///
    /// - Returns: false when the client is gone or too slow; the handle is of no further use then.
    package func write(_ payload: [UInt8], timeoutMs: Int32) -> Bool {
        let descriptor = descriptor.withLock { $0 }
        // For the whole piece: a client that trickles must not hold the thread.
        let deadline = monotonicMs() + Int64(timeoutMs)
        var rest = FastCGIRecord.output(payload, requestID: requestID)[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent > 0 {
                rest = rest.dropFirst(sent)
            } else if sent < 0 && errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                let leftMs = deadline - monotonicMs()
                guard leftMs > 0, poll(&waiting, 1, Int32(clamping: leftMs)) > 0 else { return false }
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Gives the descriptor away; nil the second time.
    func take() -> Int32? {
        descriptor.withLock { descriptor in
            let taken = descriptor
            descriptor = -1
            return taken >= 0 ? taken : nil
        }
    }
}
