import Glibc
import Synchronization

/// Lets a test wait for a condition that other threads bring about, without sleeping.
package final class Bell: Sendable {
    private let pipe: (read: Int32, write: Int32)

    package init() {
        var ends: [Int32] = [-1, -1]
        _ = Glibc.pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        pipe = (ends[0], ends[1])
    }

    deinit {
        close(pipe.read)
        close(pipe.write)
    }

    /// Makes waiters look again.
    package func ring() {
        var byte: UInt8 = 1
        _ = write(pipe.write, &byte, 1)
    }

    /// Waits until `condition` holds, looking after every ring; false after `timeoutMs`.
    package func wait(timeoutMs: Int = 5_000, until condition: () -> Bool) -> Bool {
        let deadline = Bell.nowMs() + timeoutMs
        while !condition() {
            let left = deadline - Bell.nowMs()
            guard left > 0 else { return false }
            var entry = pollfd(fd: pipe.read, events: Int16(POLLIN), revents: 0)
            // A ring may be eaten by another waiter: look again at least every 50 ms.
            poll(&entry, 1, Int32(min(left, 50)))
            var bytes = [UInt8](repeating: 0, count: 64)
            _ = read(pipe.read, &bytes, bytes.count)
        }
        return true
    }

    /// Milliseconds of the monotonic clock.
    package static func nowMs() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
