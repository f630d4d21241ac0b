package import Daemon
import Glibc
package import MariaDB
import Synchronization

/// Sends messages of a queue on threads of its own, so that a receiver that hangs holds up one of them and not the rest.
package final class DeliveryCrew: Sendable {
    private struct State {
        var underWay: [Int: WorkerThread] = [:]
        var ended: [WorkerThread] = []
        var started = 0
    }

    private let queue: DeliveryQueue
    private let senders: Int
    private let log: Log
    private let state = Mutex(State())
    private let changed: (read: Int32, write: Int32)

    package init(_ queue: DeliveryQueue, senders: Int = 16, log: Log) {
        self.queue = queue
        self.senders = max(1, senders)
        self.log = log
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        changed = (ends[0], ends[1])
    }

    deinit {
        close(changed.read)
        close(changed.write)
    }

    /// Hands out what is due and waits up to 250 ms for a message under way; true = come again at once. One thread.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func runOnce(touch: LeaseTouch) throws -> Bool {
        clearUp()
        let room = state.withLock { senders - $0.underWay.count }
        let claim = try queue.claim(room: room, touch: touch)
        claim.taken.forEach(start)
        if !claim.taken.isEmpty || claim.gaveUp > 0 { return true }
        guard state.withLock({ !$0.underWay.isEmpty }) else { return false }
        waitForChange()
        return true
    }

    /// Waits for what is under way, at most 30 s. Call after the last `runOnce`.
    package func drain() {
        let giveUpAt = SystemClock.monotonicMs() + 30_000
        while state.withLock({ !$0.underWay.isEmpty }), SystemClock.monotonicMs() < giveUpAt { waitForChange() }
        clearUp()
    }

    private func start(_ delivery: Delivery) {
        state.withLock { state in
            let number = state.started
            state.started += 1
            state.underWay[number] = WorkerThread("assay-deliver") { [self] in
                carry(delivery)
                // The thread's own entry is there: it was made under the lock that is taken here.
                self.state.withLock { state in
                    if let thread = state.underWay.removeValue(forKey: number) { state.ended.append(thread) }
                }
                var byte: UInt8 = 1
                _ = write(changed.write, &byte, 1)
            }
        }
    }

    private func carry(_ delivery: Delivery) {
        do {
            _ = try queue.carry(delivery)
        } catch {
            // The row says `sending`: it comes again in a minute.
            log.error("delivery.failed", ["delivery": "\(delivery.id)", "error": .fault(error)])
        }
    }

    private func clearUp() {
        let ended = state.withLock { state in
            defer { state.ended = [] }
            return state.ended
        }
        for thread in ended { thread.join() }
    }

    private func waitForChange() {
        var entry = pollfd(fd: changed.read, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, 250)
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(changed.read, &bytes, bytes.count) == bytes.count {}
    }
}
