import Domain
import FastCGI

/// Brings streams up to the present: a piece of the ring or a page of the database at a time, the next one when the client
/// has taken it. Its threads read the database and never wait for a client.
final class CatchUp: Sendable {
    private let fanOut: FanOut
    private let store: FeedStore
    private let hub: StreamHub
    private let jobs = JobQueue<StreamID>()

    init(fanOut: FanOut, store: FeedStore, hub: StreamHub) {
        self.fanOut = fanOut
        self.store = store
        self.hub = hub
    }

    /// Adopts a connection; never blocks.
    func open(_ handle: StreamHandle, _ subscription: Subscription, preface: [UInt8]) {
        let id = fanOut.add(handle, subscription, preface: preface)
        if isLeft(id, after: fanOut.advance(id)) { jobs.add(id) }
    }

    /// Works until `stop`. Blocks.
    func run() {
        jobs.work(perform)
    }

    /// Does what is waiting now; false when there was nothing. For tests without threads.
    func runOnce() -> Bool { jobs.workOnce(perform) }

    func stop() { jobs.stop() }

    private func perform(_ id: StreamID) {
        let progress = fanOut.advance(id)
        guard isLeft(id, after: progress), case .behind(let subscription, let floor) = progress else { return }
        guard
            let page = try? store.page(
                scope(of: subscription.filter), from: subscription.cursor.position, limit: subscription.pageSize.rows)
        else { return fanOut.drop(id) }
        // A page that is not full has shown all there is up to the floor, which was read before it.
        let last = max(page.lastPosition ?? 0, page.isFull ? 0 : floor)
        _ = isLeft(id, after: fanOut.deliver(page, to: id, through: last))
    }

    /// Whether the database has to be asked now.
    private func isLeft(_ id: StreamID, after progress: FanOut.Progress) -> Bool {
        switch progress {
        case .settled: return false
        case .sending:
            hub.whenSent(id) { [weak self] in self?.jobs.add(id) }
            return false
        case .behind: return true
        }
    }

    private func scope(of filter: StreamFilter) -> FeedStore.Scope {
        switch filter.subject {
        case .project: .project(filter.project)
        case .tree(let root): .tree(root)
        case .single(_, let root): .tree(root)
        }
    }
}
