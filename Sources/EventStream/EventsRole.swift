package import Daemon
import Domain
package import FastCGI
package import MariaDB
import Synchronization

/// What the events role may use.
package struct EventsSettings: Sendable {
    /// Feed entries kept in memory.
    package let ringCapacity: Int
    /// Feed rows of one pass.
    package let batchRows: Int
    /// Threads that bring late streams up from the database.
    package let replayThreads: Int
    /// How often every stream's credential is looked at again, for those that expire by themselves.
    package let recheckMs: Int64
    package let streams: StreamLimits

    package init(
        ringCapacity: Int = 10_000, batchRows: Int = 500, replayThreads: Int = 4, recheckMs: Int64 = 60_000,
        streams: StreamLimits = StreamLimits()
    ) {
        self.ringCapacity = ringCapacity
        self.batchRows = batchRows
        self.replayThreads = replayThreads
        self.recheckMs = recheckMs
        self.streams = streams
    }
}

/// The events role of one process: its request handler, its loop, its streams.
package final class EventsRole: Sendable {
    /// What the process shows of itself.
    package struct Figures: Sendable, Equatable {
        package let openStreams: Int
        package let subscriptions: Int
        package let agents: Int
        package let parkedWaits: Int
        /// The newest feed row sent.
        package let feedPosition: Int64
    }

    private struct Pending {
        var users: Set<ID<User>> = []
        var lastRecheckMs: Int64?
    }

    private let settings: EventsSettings
    private let hub: StreamHub
    private let feed: FeedStore
    private let fanOut: FanOut
    private let replay: Replay
    private let waits: WaitDesk
    private let control: ControlDesk
    private let opening: OpenStream
    private let pending = Mutex(Pending())
    private let log: @Sendable (String, any Error) -> Void

    /// Starts at the head of the feed. Blocks on one query.
    ///
    /// - Parameters:
    ///   - log: told of failures that clients only see as 503.
    package init(
        pool: Pool, access: StreamAccess, settings: EventsSettings = EventsSettings(),
        log: @escaping @Sendable (_ what: String, any Error) -> Void = { _, _ in }
    ) throws {
        self.settings = settings
        self.log = log
        hub = try StreamHub(limits: settings.streams)
        feed = FeedStore(pool: pool)
        fanOut = FanOut(hub: hub, start: try feed.bounds()?.upperBound ?? 0, ringCapacity: settings.ringCapacity)
        replay = Replay(fanOut: fanOut, store: feed, hub: hub)
        let executions = ExecutionStore(pool: pool)
        let sessions = ControlStore(pool: pool)
        waits = WaitDesk(hub: hub, store: executions)
        control = ControlDesk(hub: hub, store: sessions)
        opening = OpenStream(
            access: access, fanOut: fanOut, replay: replay, feed: feed, executions: executions, waits: waits,
            control: control, sessions: sessions)
    }

    /// Answers one request or takes its connection over. Any thread; blocks on the database only.
    package func handle(_ request: Request) -> Reply {
        do {
            return try opening.reply(to: request, nowMs: SystemClock.monotonicMs())
        } catch let refusal as Refusal {
            return .response(refusal.response(requestID: request.id))
        } catch {
            log("open stream", error)
            var response = problem(503, "unavailable", "The server cannot answer now.", requestID: request.id)
            response.headers.append(("Retry-After", "1"))
            return .response(response)
        }
    }

    /// One pass: new feed rows to the streams, orders to the agents, parked waits, revocations. Blocks.
    ///
    /// - Parameter nowMs: the monotonic clock.
    package func runOnce(nowMs: Int64 = SystemClock.monotonicMs()) throws -> WorkDone {
        let page = try feed.page(.everything, from: fanOut.lastPosition + 1, limit: settings.batchRows)
        fanOut.publish(page)
        note(page)
        // Each is tried whatever became of the others; the loop hears of the first failure.
        let outcomes = [
            Result { try recheckRevoked(nowMs) }, Result { try control.runOnce() },
            Result { try waits.runOnce(nowMs: nowMs) },
        ]
        for outcome in outcomes { try outcome.get() }
        return page.isFull ? .more : .idle
    }

    /// Serves the streams until `drain()`. Blocks; the loop of `runOnce` runs beside it.
    package func runStreams() {
        let replays = (0..<max(1, settings.replayThreads)).map { number in
            WorkerThread("replay-\(number)") { [replay] in replay.run() }
        }
        hub.run()
        replay.stop()
        for thread in replays { thread.join() }
    }

    /// One pass over the connections, without a thread; true when drained and empty.
    @discardableResult
    package func streamsOnce(nowMs: Int64) -> Bool { hub.runOnce(nowMs: nowMs, timeoutMs: 0) }

    /// Brings up the streams that wait for it, on this thread.
    package func replayOnce() { replay.runOnce() }

    /// Tells every client to come back (`event: bye`) and ends its stream; `runStreams` then returns. Any thread.
    package func drain() {
        waits.drain()
        replay.stop()
        hub.drain(final: eventFrame("bye", [:]))
    }

    package var figures: Figures {
        Figures(
            openStreams: hub.count, subscriptions: fanOut.count, agents: control.count, parkedWaits: waits.count,
            feedPosition: fanOut.lastPosition)
    }

    /// Remembers what concerns more than the streams' own bytes.
    private func note(_ page: FeedStore.Page) {
        for entry in page.entries {
            for event in entry.events {
                switch event.fact {
                case .finished(let status)?: waits.finish(ID(entry.stream), status)
                case .membershipChanged(let user)?: pending.withLock { _ = $0.users.insert(user) }
                case nil: break
                }
            }
        }
    }

    /// Looks again at users whose rights changed, and now and then at everyone, as credentials also expire.
    private func recheckRevoked(_ nowMs: Int64) throws {
        let (users, everyone) = pending.withLock { pending in
            let last = pending.lastRecheckMs ?? nowMs
            let isDue = nowMs - last >= settings.recheckMs
            pending.lastRecheckMs = isDue ? nowMs : last
            return (pending.users, isDue)
        }
        // A failed look leaves the user pending: the next pass tries again.
        for user in users {
            try recheck(user)
            pending.withLock { _ = $0.users.remove(user) }
        }
        if everyone { try recheck(nil) }
    }

    private func recheck(_ user: ID<User>?) throws {
        for (id, subscription) in fanOut.streams(of: user) {
            if let principal = try subscription.principal.refresh(), principal.mayRead(subscription.filter.project) {
                fanOut.replacePrincipal(of: id, with: principal)
            } else {
                fanOut.revoke(id)
            }
        }
        try waits.recheck(user)
    }
}
