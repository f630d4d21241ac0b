import Glibc

/// A fixed number of connections, opened when first needed and leased to one thread at a time.
///
/// Never lease inside a lease: with every connection taken that way the pool would wait for itself until time-out.
package final class Pool: Sendable {
    private let settings: DatabaseSettings
    private let leases: LeaseQueue
    private static let maximumAttempts = 5

    /// - Parameter leaseTimeoutMs: how long a thread waits for a free connection before `.unavailable`.
    package init(_ settings: DatabaseSettings, size: Int, leaseTimeoutMs: Int = 3000) {
        self.settings = settings
        leases = LeaseQueue(size: size, timeoutMs: leaseTimeoutMs)
    }

    /// Runs `body` on a connection outside a transaction: each statement stands for itself.
    /// - Throws: what `body` throws; `.unavailable` when no connection can be had. Blocks.
    package func read<R>(_ body: (Connection) throws -> R) throws -> R {
        try withConnection(body)
    }

    /// Runs `body` in a transaction and commits it; any error rolls it back.
    ///
    /// Deadlock, lock time-out and a changed snapshot run the **whole body** again, at most 5 times in all, so a body
    /// has no effects outside the database but through `afterCommit`.
    /// - Throws: what `body` throws; `.commitUnknown` when the connection broke during COMMIT. Blocks.
    @discardableResult
    package func transaction<R>(_ body: (Transaction) throws -> R) throws -> R {
        for attempt in 1... {
            do {
                let (result, actions) = try withConnection { try self.attempt(body, on: $0) }
                for action in actions { action() }
                return result
            } catch let error as DatabaseError where error.isRetryable && attempt < Self.maximumAttempts {
                pause(beforeAttempt: attempt + 1)
            }
        }
        throw DatabaseError.deadlock
    }

    private func attempt<R>(
        _ body: (Transaction) throws -> R, on connection: Connection
    ) throws -> (R, [() -> Void]) {
        let transaction = try Transaction(on: connection)
        do {
            let result = try body(transaction)
            return (result, try transaction.commit())
        } catch {
            transaction.rollBack()
            throw error
        }
    }

    /// Full jitter, so that the losers of one conflict do not meet again.
    private func pause(beforeAttempt attempt: Int) {
        let ceilingMicroseconds = UInt32(5000) << UInt32(clamping: min(attempt, 6))
        usleep(UInt32.random(in: 0...ceilingMicroseconds))
    }

    private func withConnection<R>(_ body: (Connection) throws -> R) throws -> R {
        let idle = try leases.take()
        var returned: Connection?
        defer { leases.giveBack(returned) }
        let connection = try usable(idle)
        defer {
            // Nothing half done may wait in the pool, holding its row locks.
            if connection.isInTransaction { _ = try? connection.executeRaw("ROLLBACK") }
            returned = connection.isBroken ? nil : connection
        }
        return try body(connection)
    }

    private func usable(_ idle: LeaseQueue.Idle?) throws(DatabaseError) -> Connection {
        if let idle, !idle.connection.isStale, !idle.isLong || idle.connection.answersPing() { return idle.connection }
        return try Connection(settings)
    }

    /// Figures for metrics.
    package var statistics: Statistics { leases.statistics }

    /// Closes idle connections and refuses further leases; leased ones are closed when they come back.
    package func close() { leases.close() }
}

extension Pool {
    /// What a pool is doing now, and has waited so far.
    package struct Statistics: Sendable, Equatable {
        /// Threads that wait for a connection.
        package var waiting = 0
        /// Connections that exist, leased or idle.
        package var open = 0
        /// Connections leased.
        package var leased = 0
        /// Milliseconds that threads have waited, summed since the start.
        package var waitMs: Int64 = 0
    }
}
