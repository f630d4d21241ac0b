import Domain
import Executions
import FastCGI
import MariaDB
import Synchronization
import Wire

/// Streams of what attempts print: one question for all of them says which have something new, one thread reads that a
/// page at a time, and the next page when the client has taken the last. Nobody watching costs nothing.
final class OutputDesk: Sendable {
    /// One stream: what it wants, for whom, and what it has had.
    struct Watching: Sendable, SpokenFor {
        enum Phase { case waiting, due, reading, sending }

        let execution: ID<Execution>
        let project: ID<Project>
        var principal: StreamPrincipal
        /// nil until there is one to follow.
        var attempt: Int?
        let step: Int?
        let isFollowing: Bool
        var place = OutputPlace()
        /// The attempt's mark when it was last read.
        var mark: String?
        var phase = Phase.waiting

        init(
            execution: ID<Execution>, project: ID<Project>, principal: StreamPrincipal, attempt: Int?, step: Int?,
            isFollowing: Bool
        ) {
            self.execution = execution
            self.project = project
            self.principal = principal
            self.attempt = attempt
            self.step = step
            self.isFollowing = isFollowing
        }

        var target: OutputTarget? {
            attempt.map { OutputTarget(execution: execution, project: project, attempt: $0, step: step) }
        }
    }

    private let hub: StreamHub
    private let news: WatchOutput
    private let read: ReadOutput
    private let streams = Mutex<[StreamID: Watching]>([:])
    private let jobs = JobQueue<StreamID>()

    init(hub: StreamHub, pool: Pool, artifacts: String) {
        self.hub = hub
        news = WatchOutput(pool: pool)
        read = ReadOutput(pool: pool, directory: artifacts)
    }

    var count: Int { streams.withLock { $0.count } }

    /// Fixes the attempt, the newest when none is named, and the place in it. Blocks.
    ///
    /// - Throws: `Problem` when the named attempt does not exist.
    func choose(for watching: inout Watching, behind offset: Int64) throws {
        let found = try news.look(at: [(watching.execution, watching.project)])[watching.execution]
        let newest = found?.attempts.last?.number
        // The attempt after the newest may come yet.
        let last = (newest ?? 0) + (found?.status.isFinal == false ? 1 : 0)
        if let named = watching.attempt, named > last { throw Problem.unknownAttempt }
        watching.attempt = watching.attempt ?? newest
        guard watching.attempt ?? 0 <= newest ?? 0, let target = watching.target else { return }
        guard let place = try read.place(in: target, behind: offset) else { throw Problem.unknownAttempt }
        watching.place = place
    }

    /// Adopts a connection and looks what there is for it. Blocks on the database only.
    func watch(_ handle: StreamHandle, _ watching: Watching) {
        streams.withLock { streams in
            let id = hub.add(handle) { [weak self] id, _ in self?.forget(id) }
            streams[id] = watching
        }
        // A failure is the next pass's too.
        try? runOnce()
    }

    /// Finds out who has something new. Blocks.
    func runOnce() throws {
        let waiting = streams.withLock { streams in
            streams.values.filter { $0.phase == .waiting }.map { (execution: $0.execution, project: $0.project) }
        }
        guard !waiting.isEmpty else { return }
        let found = try news.look(at: waiting)
        let asked = Set(waiting.map(\.execution))
        let due = streams.withLock { streams in
            var due: [StreamID] = []
            for (id, watching) in streams where watching.phase == .waiting {
                // One that opened during the question gets its turn at the next pass.
                guard asked.contains(watching.execution) else { continue }
                guard let state = found[watching.execution] else {
                    end(id, attempt: nil, status: "gone", &streams)
                    continue
                }
                let attempt = watching.attempt ?? state.attempts.last?.number
                guard let mark = state.attempts.first(where: { $0.number == attempt })?.mark else {
                    if state.status.isFinal || !watching.isFollowing {
                        end(id, attempt: nil, status: state.status.rawValue, &streams)
                    }
                    continue
                }
                guard mark != watching.mark else { continue }
                streams[id]?.attempt = attempt
                streams[id]?.mark = mark
                streams[id]?.phase = .due
                due.append(id)
            }
            return due
        }
        for id in due { jobs.add(id) }
    }

    /// Reads and sends until `stop`. Blocks.
    func run() {
        jobs.work(perform)
    }

    /// Does what is waiting now; false when there was nothing. For tests without threads.
    func readOnce() -> Bool { jobs.workOnce(perform) }

    func stop() { jobs.stop() }

    /// Whom the streams speak for; of `users`, nil = all.
    func principals(of users: Set<ID<User>>?) -> [StreamPrincipal] { streams.withLock { $0.principals(of: users) } }

    /// Gives the streams of `users` (nil = all) what was found about their credentials, and ends those that may no longer
    /// read.
    func renew(_ users: Set<ID<User>>?, _ found: (StreamPrincipal, ID<Project>) -> StreamPrincipal?) {
        let lost = streams.withLock { $0.renew(users, found) }
        for id in lost { hub.close(id, final: eventFrame("revoked", [:])) }
    }

    /// Reads once for all streams that are at the same place.
    private func perform(_ id: StreamID) {
        let work = streams.withLock { streams -> (OutputTarget, OutputPlace, [StreamID])? in
            guard let one = streams[id], one.phase == .due, let target = one.target else { return nil }
            let peers = streams.filter {
                $0.value.phase == .due && $0.value.target == target && $0.value.place == one.place
            }
            for peer in peers.keys { streams[peer]?.phase = .reading }
            return (target, one.place, Array(peers.keys))
        }
        guard let (target, place, ids) = work else { return }
        guard let page = try? read.page(of: target, from: place) else {
            // Without a word: its client comes back and resumes.
            for id in ids {
                forget(id)
                hub.close(id)
            }
            return
        }
        let frames = page.events.flatMap(frame)
        streams.withLock { streams in
            hub.send(frames, to: ids.filter { streams[$0] != nil })
            for id in ids { advance(id, page, &streams) }
        }
    }

    private func advance(_ id: StreamID, _ page: OutputPage, _ streams: inout [StreamID: Watching]) {
        guard let watching = streams[id] else { return }
        streams[id]?.place = page.place
        let isAll = !page.mayBeMore && !watching.isFollowing
        if let status = page.ending ?? (isAll ? "running" : nil) {
            return end(id, attempt: watching.attempt, status: status, &streams)
        }
        streams[id]?.phase = .sending
        hub.whenSent(id) { [weak self] in self?.sent(id, mayBeMore: page.mayBeMore) }
    }

    private func sent(_ id: StreamID, mayBeMore: Bool) {
        streams.withLock { $0[id]?.phase = mayBeMore ? .due : .waiting }
        if mayBeMore { jobs.add(id) }
    }

    private func end(_ id: StreamID, attempt: Int?, status: String, _ streams: inout [StreamID: Watching]) {
        streams[id] = nil
        hub.close(
            id,
            final: eventFrame(
                "end", ["attempt": attempt.map { .integer(Int64($0)) } ?? .null, "status": .string(status)]))
    }

    private func frame(_ event: OutputEvent) -> [UInt8] {
        switch event {
        case .text(let step, let stream, let text, let end):
            eventFrame(
                "output", id: String(end),
                ["step": .integer(Int64(step)), "stream": .string(stream.rawValue), "text": .string(text)])
        case .gap(let step, let bytes, let end, let artifact):
            eventFrame(
                "gap", id: String(end),
                [
                    "step": .integer(Int64(step)), "bytes": .integer(bytes),
                    "artifact": artifact.map { .string($0) } ?? .null,
                ])
        case .truncated(let step): eventFrame("truncated", ["step": .integer(Int64(step))])
        }
    }

    private func forget(_ id: StreamID) { streams.withLock { _ = $0.removeValue(forKey: id) } }
}
