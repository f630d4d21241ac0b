import Domain
import Synchronization

/// Remembers whose rights are to be looked at again: of users that changed, and now and then of everyone, as credentials
/// also expire by themselves.
final class RightsWatch: Sendable {
    private struct State {
        var changed: Set<ID<User>> = []
        var isEveryoneDue = false
        var changeCount = 0
        var lastLookMs: Int64?
    }

    private let everyMs: Int64
    private let state = Mutex(State())

    init(everyMs: Int64) { self.everyMs = everyMs }

    /// Changes so far. Read before a request is authenticated and given back when its connection is adopted.
    var mark: Int { state.withLock { $0.changeCount } }

    func changed(_ user: ID<User>) {
        state.withLock { state in
            state.changeCount += 1
            state.changed.insert(user)
        }
    }

    /// A connection of `user`, authenticated at `mark`, is open now: a change in between was looked up without it.
    func adopted(_ user: ID<User>, since mark: Int) {
        state.withLock { state in
            if state.changeCount != mark { state.changed.insert(user) }
        }
    }

    /// Has `look` look at whom it is time for (nil = everyone); a failed look is owed to the next call. `nowMs` is the
    /// monotonic clock.
    func runOnce(nowMs: Int64, _ look: (Set<ID<User>>?) throws -> Void) throws {
        let (users, isEveryoneDue) = state.withLock { state in
            let last = state.lastLookMs ?? nowMs
            if nowMs - last >= everyMs { state.isEveryoneDue = true }
            state.lastLookMs = nowMs - last >= everyMs ? nowMs : last
            defer { (state.changed, state.isEveryoneDue) = ([], false) }
            return (state.changed, state.isEveryoneDue)
        }
        guard isEveryoneDue || !users.isEmpty else { return }
        do {
            try look(isEveryoneDue ? nil : users)
        } catch {
            state.withLock { state in
                state.changed.formUnion(users)
                state.isEveryoneDue = state.isEveryoneDue || isEveryoneDue
            }
            throw error
        }
    }
}
