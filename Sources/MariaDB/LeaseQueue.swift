import Glibc

/// Who may use a connection: a counting lock with a time-out, holding the idle connections.
///
/// `@unchecked Sendable`: every access to the state happens under `mutex`; a connection is owned by the queue or by
/// one thread.
final class LeaseQueue: @unchecked Sendable {
    /// A connection that nobody uses.
    struct Idle {
        let connection: Connection
        fileprivate let sinceMs: Int64
        /// Idle for so long that a firewall may have dropped it silently.
        fileprivate(set) var isLong = false
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let freed: UnsafeMutablePointer<pthread_cond_t>
    private let size: Int
    private let timeoutMs: Int64
    private var idle: [Idle] = []
    private var isClosed = false
    private var counts = Pool.Statistics()

    init(size: Int, timeoutMs: Int) {
        self.size = max(size, 1)
        self.timeoutMs = Int64(timeoutMs)
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        freed = .allocate(capacity: 1)
        freed.initialize(to: pthread_cond_t())
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(freed, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(freed)
        pthread_mutex_destroy(mutex)
        freed.deallocate()
        mutex.deallocate()
    }

    /// A lease, with the connection used last if one is idle (the caller opens one otherwise).
    /// - Throws: `.unavailable` after the time-out. Every lease must be given back.
    func take() throws(DatabaseError) -> Idle? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        let start = monotonicMs()
        counts.waiting += 1
        defer {
            counts.waiting -= 1
            counts.waitMs += monotonicMs() - start
        }
        var deadline = timespec(
            tv_sec: Int((start + timeoutMs) / 1000), tv_nsec: Int((start + timeoutMs) % 1000) * 1_000_000)
        while counts.leased >= size, !isClosed {
            if pthread_cond_timedwait(freed, mutex, &deadline) == ETIMEDOUT, counts.leased >= size {
                throw .unavailable("no free connection within \(timeoutMs) ms")
            }
        }
        guard !isClosed else { throw .unavailable("the pool is closed") }
        counts.leased += 1
        guard var connection = idle.popLast() else { return nil }
        connection.isLong = start - connection.sinceMs > 30_000
        return connection
    }

    /// Ends a lease; nil when its connection is gone.
    func giveBack(_ connection: Connection?) {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        counts.leased -= 1
        if let connection, !isClosed { idle.append(Idle(connection: connection, sinceMs: monotonicMs())) }
        pthread_cond_signal(freed)
    }

    func close() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        isClosed = true
        idle = []
        pthread_cond_broadcast(freed)
    }

    var statistics: Pool.Statistics {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        var statistics = counts
        statistics.open = counts.leased + idle.count
        return statistics
    }
}

private func monotonicMs() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}
