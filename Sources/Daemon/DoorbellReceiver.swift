import Glibc

/// The socket on which this process hears its bell; its file goes with the object.
package final class DoorbellReceiver: Sendable {
    /// Readable when it has rung; for `poll`.
    package let descriptor: Int32
    private let path: String

    /// Listens as `<kind>.<pid>.<descriptor>` in `directory`, which must exist.
    /// - Throws: `DoorbellError` when the socket cannot be made there.
    package init(directory: String, kind: BellKind) throws(DoorbellError) {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(AF_UNIX, type, 0)
        path = "\(directory)/\(kind.rawValue).\(getpid()).\(descriptor)"
        guard let address = UnixAddress(path) else { throw DoorbellError(path: path, code: ENAMETOOLONG) }
        unlink(path)
        guard address.withSocketAddress({ bind(descriptor, $0, $1) }) == 0 else {
            throw DoorbellError(path: path, code: errno)
        }
    }

    deinit {
        unlink(path)
        close(descriptor)
    }

    /// Waits for at most `timeoutMs` (negative: for ever); true when it rang. Takes all rings up to now.
    @discardableResult
    package func wait(timeoutMs: Int) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&watched, 1, Int32(clamping: timeoutMs)) > 0 else { return false }
        drain()
        return true
    }

    /// Forgets the rings up to now; whether there were any.
    @discardableResult
    package func drain() -> Bool {
        var buffer: UInt64 = 0
        var hasRung = false
        while recv(descriptor, &buffer, 8, Int32(MSG_DONTWAIT)) > 0 { hasRung = true }
        return hasRung
    }
}

/// A bell's socket cannot be made.
package struct DoorbellError: Error, Equatable, CustomStringConvertible {
    package let path: String
    /// The `errno`.
    package let code: Int32

    package var description: String { "cannot listen on \(path): \(String(cString: strerror(code)))" }
}
