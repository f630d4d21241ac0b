import CFastCGI
import Glibc

/// A wake-up that any thread may raise; closed with its last owner.
final class Wakeup: Sendable {
    let descriptor: Int32

    /// - Throws: `FastCGIError.system` when the process is out of descriptors.
    init() throws(FastCGIError) {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw .system(call: "eventfd", code: errno) }
    }

    deinit { close(descriptor) }

    func raise() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    func clear() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
    }
}

/// An epoll set; closed with its last owner.
final class Readiness: Sendable {
    private let descriptor: Int32

    init() throws(FastCGIError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system(call: "epoll_create1", code: errno) }
    }

    deinit { close(descriptor) }

    @discardableResult
    func add(_ watched: Int32, _ events: UInt32, tag: UInt64) -> Bool {
        var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
        return epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0
    }

    func modify(_ watched: Int32, _ events: UInt32, tag: UInt64) {
        var event = epoll_event(events: events, data: epoll_data_t(u64: tag))
        _ = epoll_ctl(descriptor, EPOLL_CTL_MOD, watched, &event)
    }

    /// Up to `maximum` (tag, events) pairs; empty after `timeoutMs` (-1 = no limit) or an interruption.
    func wait(maximum: Int, timeoutMs: Int32) -> [(tag: UInt64, events: UInt32)] {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: maximum) { buffer in
            let count = epoll_wait(descriptor, buffer.baseAddress, Int32(clamping: maximum), timeoutMs)
            return buffer.prefix(Int(max(0, count))).map { ($0.data.u64, $0.events) }
        }
    }
}

/// Why a driver object could not be made.
package enum FastCGIError: Error, Equatable, Sendable {
    case system(call: String, code: Int32)
}

/// Half-closes, gives the peer a moment to take the answer and close, then closes.
///
/// Closing with unread input would make the web server see a broken connection instead of the answer.
func closeLingering(_ descriptor: Int32) {
    shutdown(descriptor, Int32(SHUT_WR))
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { trash in
        // Bounded in bytes as in time: 1 s of silence or 64 MiB of unread body end the courtesy.
        for _ in 0..<1024 {
            guard poll(&waiting, 1, 1000) > 0, read(descriptor, trash.baseAddress, trash.count) > 0 else { break }
        }
    }
    close(descriptor)
}

func setTimeouts(_ descriptor: Int32, seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout<timeval>.size)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
}

func setNonBlocking(_ descriptor: Int32) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}

/// Milliseconds on the monotonic clock.
func monotonicMs() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
