import Domain
import FastCGI
import Synchronization
import Wire

/// Requests parked until their execution is final or their time is up.
final class WaitDesk: Sendable {
    private struct Waiting: Sendable, SpokenFor {
        let execution: ID<Execution>
        let project: ID<Project>
        var principal: StreamPrincipal
        let deadlineMs: Int64
    }

    private struct State {
        var waiting: [StreamID: Waiting] = [:]
        var lastCheckMs: Int64 = .min
    }

    /// How often the table is asked about everything parked, in case the feed is late.
    private static let checkMs: Int64 = 1000
    private let hub: StreamHub
    private let store: ExecutionStore
    private let state = Mutex(State())

    init(hub: StreamHub, store: ExecutionStore) {
        self.hub = hub
        self.store = store
    }

    var count: Int { state.withLock { $0.waiting.count } }

    /// Parks a connection on which nothing has been written yet, until `deadlineMs` of the monotonic clock.
    func park(
        _ handle: StreamHandle, _ execution: ID<Execution>, project: ID<Project>, principal: StreamPrincipal,
        deadlineMs: Int64
    ) {
        state.withLock { state in
            let id = hub.add(handle, hasHeartbeat: false) { [weak self] id, _ in self?.forget(id) }
            state.waiting[id] = Waiting(
                execution: execution, project: project, principal: principal, deadlineMs: deadlineMs)
        }
        // It may have ended between the look of the caller and now.
        _ = try? check([execution])
    }

    /// Answers those that wait for `execution`.
    func finish(_ execution: ID<Execution>, _ status: ExecutionStatus) {
        let ids = state.withLock { state in
            let ids = state.waiting.filter { $0.value.execution == execution }.map(\.key)
            for id in ids { state.waiting[id] = nil }
            return ids
        }
        for id in ids { answer(id, execution, status) }
    }

    /// Answers what is final or overdue. Blocks.
    func runOnce(nowMs: Int64) throws {
        let overdue = state.withLock { $0.waiting.filter { $0.value.deadlineMs <= nowMs } }
        let due = state.withLock { state in
            guard !state.waiting.isEmpty else { return false }
            guard state.lastCheckMs == .min || nowMs - state.lastCheckMs >= WaitDesk.checkMs else {
                return !overdue.isEmpty
            }
            state.lastCheckMs = nowMs
            return true
        }
        guard due else { return }
        let statuses = try check(Array(Set(state.withLock { $0.waiting.values.map(\.execution) })))
        for (id, waiting) in overdue where forget(id) {
            answer(id, waiting.execution, statuses[waiting.execution] ?? .pending)
        }
    }

    /// Whom the parked requests speak for; of `users`, nil = all.
    func principals(of users: Set<ID<User>>?) -> [StreamPrincipal] {
        state.withLock { $0.waiting.principals(of: users) }
    }

    /// Gives the requests of `users` (nil = all) what was found about their credentials; who may no longer wait gets 404.
    func renew(_ users: Set<ID<User>>?, _ found: (StreamPrincipal, ID<Project>) -> StreamPrincipal?) {
        let lost = state.withLock { $0.waiting.renew(users, found) }
        for id in lost { hub.close(id, final: refusal(.unknownExecution).cgiBytes()) }
    }

    /// Answers everyone with the status of now, as the process ends.
    func drain() {
        let all = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting
        }
        let statuses = (try? store.statuses(of: Array(Set(all.values.map(\.execution))))) ?? [:]
        for (id, waiting) in all { answer(id, waiting.execution, statuses[waiting.execution] ?? .pending) }
    }

    @discardableResult
    private func check(_ executions: [ID<Execution>]) throws -> [ID<Execution>: ExecutionStatus] {
        let statuses = try store.statuses(of: executions)
        for (execution, status) in statuses where status.isFinal { finish(execution, status) }
        return statuses
    }

    private func answer(_ id: StreamID, _ execution: ID<Execution>, _ status: ExecutionStatus) {
        hub.close(id, final: waitResponse(execution, status).cgiBytes())
    }

    /// False when the stream was not waiting any more.
    @discardableResult
    private func forget(_ id: StreamID) -> Bool { state.withLock { $0.waiting.removeValue(forKey: id) != nil } }
}

/// `{id, status, final}`.
func waitResponse(_ execution: ID<Execution>, _ status: ExecutionStatus) -> Response {
    json(
        200,
        ["id": .string(execution.description), "status": .string(status.rawValue), "final": .bool(status.isFinal)])
}
