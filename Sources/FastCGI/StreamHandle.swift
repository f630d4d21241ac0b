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

    /// Gives the descriptor away; nil the second time.
    func take() -> Int32? {
        descriptor.withLock { descriptor in
            let taken = descriptor
            descriptor = -1
            return taken >= 0 ? taken : nil
        }
    }
}
