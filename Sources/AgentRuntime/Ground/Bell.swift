import CSpawn
import Glibc

/// Wakes threads that sleep on it; a ring before the sleep is not lost.
final class Bell: Sendable {
    /// Becomes readable when the bell was rung.
    let descriptor: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        _ = assay_pipe(&ends)
        descriptor = ends[0]
        writeEnd = ends[1]
        _ = fcntl(writeEnd, F_SETFL, O_NONBLOCK)
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    /// Any thread; never blocks.
    func ring() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Sleeps until rung or `timeoutMs` have passed, and forgets all rings.
    func wait(timeoutMs: Int64) {
        pollOne(descriptor, timeoutMs: timeoutMs)
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(descriptor, &bytes, bytes.count) == bytes.count {}
    }

    /// Sleeps until a ring is there or `timeoutMs` have passed and takes one ring: a counting semaphore.
    func take(timeoutMs: Int64) -> Bool {
        pollOne(descriptor, timeoutMs: timeoutMs)
        var byte: UInt8 = 0
        return read(descriptor, &byte, 1) == 1
    }
}

/// Waits until `descriptor` is readable; false after `timeoutMs`.
@discardableResult
func pollOne(_ descriptor: Int32, timeoutMs: Int64) -> Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, Int32(clamping: max(0, timeoutMs))) > 0
}
