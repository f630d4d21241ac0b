package import Daemon
import Domain
package import FastCGI
import Identity
package import MariaDB
import Wire

/// What the events role may use.
package struct EventsSettings: Sendable {
    /// Feed entries kept in memory.
    package let ringCapacity: Int
    /// Memory they may take, about.
    package let ringBytes: Int
    /// The most of the ring that is sent to one stream before it has taken it.
    package let pieceBytes: Int
    /// Feed rows of one pass.
    package let batchRows: Int
    /// Threads that bring late streams up from the ring and the database; they never wait for a client.
    package let catchUpThreads: Int
    /// How often every stream's credential is looked at again, for those that expire by themselves.
    package let recheckMs: Int64
    package let streams: StreamLimits

    package init(
        ringCapacity: Int = 10_000, ringBytes: Int = 32 << 20, pieceBytes: Int = 256 << 10, batchRows: Int = 500,
        catchUpThreads: Int = 2, recheckMs: Int64 = 60_000,
        streams: StreamLimits = StreamLimits()
    ) {
        self.ringCapacity = ringCapacity
        self.ringBytes = ringBytes
        self.pieceBytes = pieceBytes
        self.batchRows = batchRows
        self.catchUpThreads = catchUpThreads
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
        /// Streams of output.
        package let outputs: Int
        /// The newest feed row sent.
        package let feedPosition: Int64
        /// Memory of the kept feed entries, about.
        package let ringBytes: Int
    }

    private let settings: EventsSettings
    private let hub: StreamHub
    private let feed: FeedStore
    private let fanOut: FanOut
    private let catchUp: CatchUp
    private let waits: WaitDesk
    private let output: OutputDesk
    private let control: ControlDesk
    private let opening: OpenStream
    private let access: StreamAccess
    private let rights: RightsWatch
    private let log: @Sendable (String, any Error) -> Void

    /// Starts at the head of the feed. Blocks on one query.
    ///
    /// - Parameters:
    ///   - artifacts: directory of the artifact store, where long output lies.
    ///   - log: told of failures that clients only see as 503.
    package init(
        pool: Pool, access: StreamAccess, artifacts: String, settings: EventsSettings = EventsSettings(),
        log: @escaping @Sendable (_ what: String, any Error) -> Void = { _, _ in }
    ) throws {
        self.settings = settings
        self.access = access
        self.log = log
        hub = try StreamHub(limits: settings.streams)
        feed = FeedStore(pool: pool)
        fanOut = FanOut(hub: hub, start: try feed.bounds()?.upperBound ?? 0, settings: settings)
        catchUp = CatchUp(fanOut: fanOut, store: feed, hub: hub)
        rights = RightsWatch(everyMs: settings.recheckMs)
        let executions = ExecutionStore(pool: pool)
        let sessions = ControlStore(pool: pool)
        waits = WaitDesk(hub: hub, store: executions)
        control = ControlDesk(hub: hub, store: sessions)
        output = OutputDesk(hub: hub, pool: pool, artifacts: artifacts)
        opening = OpenStream(
            access: access, rights: rights, fanOut: fanOut, catchUp: catchUp, feed: feed, executions: executions,
            waits: waits, output: output, control: control, sessions: sessions)
    }

    /// Answers one request or takes its connection over. Any thread; blocks on the database only.
    package func handle(_ request: Request) -> Reply {
        do {
            return try opening.reply(to: request, nowMs: SystemClock.monotonicMs())
        } catch let problem as Problem {
            return .response(refusal(problem, requestID: request.id))
        } catch {
            log("open stream", error)
            let problem = Problem(.unavailable, "The server cannot answer now.", retryAfterSeconds: 1)
            return .response(refusal(problem, requestID: request.id))
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
            Result { try rights.runOnce(nowMs: nowMs, lookAgain) }, Result { try control.runOnce() },
            Result { try waits.runOnce(nowMs: nowMs) }, Result { try output.runOnce() },
        ]
        for outcome in outcomes { try outcome.get() }
        if page.isFull { return .more }
        // A parked wait ends at its time, whatever happens; no bell rings for output.
        return waits.count + output.count > 0 ? .soon : .idle
    }

    /// Serves the streams until `drain()`. Blocks; the loop of `runOnce` runs beside it.
    package func runStreams() {
        let threads = (0..<max(1, settings.catchUpThreads)).map { number in
            WorkerThread("catch-up-\(number)") { [catchUp] in catchUp.run() }
        }
        let reader = WorkerThread("output") { [output] in output.run() }
        hub.run()
        catchUp.stop()
        output.stop()
        reader.join()
        for thread in threads { thread.join() }
    }

    /// One pass over the connections, without a thread; true when drained and empty.
    @discardableResult
    package func streamsOnce(nowMs: Int64) -> Bool { hub.runOnce(nowMs: nowMs, timeoutMs: 0) }

    /// Brings up the streams that wait for it by a step, on this thread; false when there was none.
    package func catchUpOnce() -> Bool {
        let hasCaughtUp = catchUp.runOnce()
        return output.readOnce() || hasCaughtUp
    }

    /// Tells every client to come back (`event: bye`) and ends its stream; `runStreams` then returns. Any thread.
    package func drain() {
        waits.drain()
        catchUp.stop()
        output.stop()
        hub.drain(final: eventFrame("bye", [:]))
    }

    package var figures: Figures {
        Figures(
            openStreams: hub.count, subscriptions: fanOut.count, agents: control.count, parkedWaits: waits.count,
            outputs: output.count, feedPosition: fanOut.lastPosition, ringBytes: fanOut.ringBytes)
    }

    /// Remembers what concerns more than the streams' own bytes.
    private func note(_ page: FeedStore.Page) {
        for entry in page.entries {
            for event in entry.events {
                switch event.fact {
                case .finished(let status)?: waits.finish(ID(entry.stream), status)
                case .membershipChanged(let user)?: rights.changed(user)
                case nil: break
                }
            }
        }
    }

    /// Looks again at the credentials of `users` (nil = everyone's), each once, and ends what they no longer allow.
    private func lookAgain(_ users: Set<ID<User>>?) throws {
        let principals = fanOut.principals(of: users) + waits.principals(of: users) + output.principals(of: users)
        let credentials = Set(principals.map(\.credential))
        guard !credentials.isEmpty else { return }
        let current = try access.current(Array(credentials))
        let found: (StreamPrincipal, ID<Project>) -> StreamPrincipal? = { principal, project in
            // Opened after the question was asked, and so with rights that are newer than the answer.
            guard credentials.contains(principal.credential) else { return principal }
            return current[principal.credential].flatMap { $0.access(project) == .allowed ? $0 : nil }
        }
        fanOut.renew(users, found)
        waits.renew(users, found)
        output.renew(users, found)
    }
}
