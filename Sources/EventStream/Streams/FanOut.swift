import Domain
import FastCGI
import Synchronization

/// The open streams and the ring, under one lock: a stream joins exactly between two batches, so that it neither
/// misses an event nor sees one twice.
final class FanOut: Sendable {
    private struct State {
        var ring: FeedRing
        var subscriptions: [StreamID: Subscription] = [:]
    }

    private let hub: StreamHub
    private let state: Mutex<State>

    init(hub: StreamHub, start: Int64, ringCapacity: Int) {
        self.hub = hub
        state = Mutex(State(ring: FeedRing(start: start, capacity: ringCapacity)))
    }

    /// The newest position read.
    var lastPosition: Int64 { state.withLock { $0.ring.last } }

    var count: Int { state.withLock { $0.subscriptions.count } }

    func covers(_ cursor: FeedCursor) -> Bool { state.withLock { $0.ring.covers(cursor) } }

    /// Adopts the connection when the ring holds everything behind the subscription's cursor.
    ///
    /// - Returns: nil when adopted; otherwise the position from which on the ring holds everything.
    func join(_ handle: StreamHandle, _ subscription: Subscription, preface: [UInt8] = []) -> Int64? {
        state.withLock { state in
            guard state.ring.covers(subscription.cursor) else { return state.ring.floor }
            let (bytes, end) = subscription.filter.frames(
                of: state.ring.entries(behind: subscription.cursor), behind: subscription.cursor)
            let id = hub.add(handle) { [weak self] id, _ in self?.forget(id) }
            hub.send(preface + bytes, to: id)
            if let status = end ?? subscription.end(at: state.ring.last) {
                hub.close(id, final: endFrame(status))
            } else {
                state.subscriptions[id] = subscription
            }
            return nil
        }
    }

    /// Sends a batch of the feed to whom it concerns and keeps it in the ring.
    func publish(_ page: FeedStore.Page) {
        guard let last = page.lastPosition else { return }
        state.withLock { state in
            let before = FeedCursor(behind: state.ring.last)
            state.ring.append(page.entries, through: last)
            var shared: [StreamFilter: (bytes: [UInt8], end: ExecutionStatus?)] = [:]
            var receivers: [StreamFilter: [StreamID]] = [:]
            for (id, subscription) in state.subscriptions {
                let filter = subscription.filter
                if subscription.cursor > before {
                    // Opened with a position this process had not read yet.
                    let own = filter.frames(of: page.entries, behind: subscription.cursor)
                    hub.send(own.bytes, to: id)
                    finish(id, own.end ?? subscription.end(at: last), &state)
                } else {
                    if shared[filter] == nil { shared[filter] = filter.frames(of: page.entries, behind: before) }
                    receivers[filter, default: []].append(id)
                }
            }
            for (filter, ids) in receivers {
                guard let (bytes, end) = shared[filter] else { continue }
                hub.send(bytes, to: ids)
                for id in ids { finish(id, end ?? state.subscriptions[id]?.end(at: last), &state) }
            }
        }
    }

    /// Streams of `user`, or all of them.
    func streams(of user: ID<User>?) -> [(id: StreamID, subscription: Subscription)] {
        state.withLock { state in
            state.subscriptions.filter { user == nil || $0.value.principal.user == user }.map { ($0.key, $0.value) }
        }
    }

    func replacePrincipal(of id: StreamID, with principal: StreamPrincipal) {
        state.withLock { $0.subscriptions[id]?.principal = principal }
    }

    /// Ends a stream whose right to read is gone.
    func revoke(_ id: StreamID) {
        state.withLock { _ = $0.subscriptions.removeValue(forKey: id) }
        hub.close(id, final: eventFrame("revoked", [:]))
    }

    private func finish(_ id: StreamID, _ status: ExecutionStatus?, _ state: inout State) {
        guard let status else { return }
        state.subscriptions[id] = nil
        hub.close(id, final: endFrame(status))
    }

    private func forget(_ id: StreamID) { state.withLock { _ = $0.subscriptions.removeValue(forKey: id) } }
}
