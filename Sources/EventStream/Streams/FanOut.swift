import Domain
import FastCGI
import Synchronization

/// The open streams and the ring, under one lock: a stream becomes live exactly between two batches, so that it neither
/// misses an event nor sees one twice.
final class FanOut: Sendable {
    /// How far a stream has come.
    enum Progress: Sendable {
        /// Live, ended or gone: nothing to do for it.
        case settled
        /// A piece is on its way; there is more when it is sent.
        case sending
        /// The ring begins behind its cursor, at `floor`: pages of the database come first.
        case behind(Subscription, floor: Int64)
    }

    private struct State {
        var ring: FeedRing
        var subscriptions: [StreamID: Subscription] = [:]
    }

    /// The most of the ring that one stream is sent before it has taken it.
    private let pieceBytes: Int
    private let hub: StreamHub
    private let state: Mutex<State>

    init(hub: StreamHub, start: Int64, settings: EventsSettings) {
        self.hub = hub
        pieceBytes = settings.pieceBytes
        state = Mutex(
            State(
                ring: FeedRing(start: start, capacity: settings.ringCapacity, capacityBytes: settings.ringBytes)))
    }

    /// The newest position read.
    var lastPosition: Int64 { state.withLock { $0.ring.last } }

    /// Memory of the ring, about.
    var ringBytes: Int { state.withLock { $0.ring.bytes } }

    var count: Int { state.withLock { $0.subscriptions.count } }

    func covers(_ cursor: FeedCursor) -> Bool { state.withLock { $0.ring.covers(cursor) } }

    /// Adopts the connection; `advance` brings it up.
    func add(_ handle: StreamHandle, _ subscription: Subscription, preface: [UInt8]) -> StreamID {
        state.withLock { state in
            let id = hub.add(handle) { [weak self] id, _ in self?.forget(id) }
            hub.send(preface, to: id)
            state.subscriptions[id] = subscription
            return id
        }
    }

    /// Sends the next piece of the ring to a stream that is not live, and makes it live when that was the last.
    func advance(_ id: StreamID) -> Progress {
        state.withLock { state in
            guard let subscription = state.subscriptions[id], !subscription.isLive else { return .settled }
            guard state.ring.covers(subscription.cursor) else {
                return .behind(subscription, floor: state.ring.floor)
            }
            let piece = subscription.filter.piece(
                of: state.ring.entries(behind: subscription.cursor), behind: subscription.cursor, limit: pieceBytes)
            return take(piece, id, through: piece.cutAt ?? state.ring.last, isLast: piece.cutAt == nil, &state)
        }
    }

    /// Sends a page of the database to a stream that is not live; `last` is where the feed is read up to with it.
    func deliver(_ page: FeedStore.Page, to id: StreamID, through last: Int64) -> Progress {
        state.withLock { state in
            guard var subscription = state.subscriptions[id], !subscription.isLive else { return .settled }
            if page.isFull { subscription.pageSize.learn(bytes: page.bytes) }
            state.subscriptions[id] = subscription
            let piece = subscription.filter.piece(of: page.entries, behind: subscription.cursor)
            return take(piece, id, through: last, isLast: false, &state)
        }
    }

    /// Sends a batch of the feed to whom it concerns and keeps it in the ring.
    func publish(_ page: FeedStore.Page) {
        guard let last = page.lastPosition else { return }
        state.withLock { state in
            let before = FeedCursor(behind: state.ring.last)
            state.ring.append(page.entries, through: last)
            var shared: [StreamFilter: StreamFilter.Piece] = [:]
            var receivers: [StreamFilter: [StreamID]] = [:]
            for (id, subscription) in state.subscriptions where subscription.isLive {
                let filter = subscription.filter
                if subscription.cursor > before {
                    // Opened with a position this process had not read yet.
                    let own = filter.piece(of: page.entries, behind: subscription.cursor)
                    hub.send(own.bytes, to: id)
                    finish(id, own.end ?? subscription.end(at: last), &state)
                } else {
                    if shared[filter] == nil { shared[filter] = filter.piece(of: page.entries, behind: before) }
                    receivers[filter, default: []].append(id)
                }
            }
            for (filter, ids) in receivers {
                guard let piece = shared[filter] else { continue }
                hub.send(piece.bytes, to: ids)
                for id in ids { finish(id, piece.end ?? state.subscriptions[id]?.end(at: last), &state) }
            }
        }
    }

    /// Whom the streams speak for; of `users`, nil = all.
    func principals(of users: Set<ID<User>>?) -> [StreamPrincipal] {
        state.withLock { $0.subscriptions.principals(of: users) }
    }

    /// Gives the streams of `users` (nil = all) what was found about their credentials, and ends those that may no longer
    /// read.
    func renew(_ users: Set<ID<User>>?, _ found: (StreamPrincipal, ID<Project>) -> StreamPrincipal?) {
        state.withLock { state in
            for id in state.subscriptions.renew(users, found) { hub.close(id, final: eventFrame("revoked", [:])) }
        }
    }

    /// Ends a stream without a word: its client comes back and resumes.
    func drop(_ id: StreamID) {
        forget(id)
        hub.close(id)
    }

    private func take(
        _ piece: StreamFilter.Piece, _ id: StreamID, through last: Int64, isLast: Bool, _ state: inout State
    ) -> Progress {
        hub.send(piece.bytes, to: id)
        guard var subscription = state.subscriptions[id] else { return .settled }
        if let status = piece.end ?? (isLast ? subscription.end(at: last) : nil) {
            finish(id, status, &state)
            return .settled
        }
        subscription.cursor = max(subscription.cursor, FeedCursor(behind: last))
        subscription.isLive = isLast
        state.subscriptions[id] = subscription
        return isLast ? .settled : .sending
    }

    private func finish(_ id: StreamID, _ status: ExecutionStatus?, _ state: inout State) {
        guard let status else { return }
        state.subscriptions[id] = nil
        hub.close(id, final: endFrame(status))
    }

    private func forget(_ id: StreamID) { state.withLock { _ = $0.subscriptions.removeValue(forKey: id) } }
}
