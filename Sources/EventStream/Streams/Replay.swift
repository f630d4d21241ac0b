import Daemon
import Domain
import FastCGI

/// Brings streams that begin before the ring up to it, from the database, on threads that may wait for slow clients.
final class Replay: Sendable {
    private struct Job: Sendable {
        let handle: StreamHandle
        let subscription: Subscription
        let preface: [UInt8]
    }

    private static let pageRows = 500
    private static let clientTimeoutMs: Int32 = 10_000
    private let fanOut: FanOut
    private let store: FeedStore
    private let hub: StreamHub
    private let jobs: JobQueue<Job>

    init(fanOut: FanOut, store: FeedStore, hub: StreamHub) {
        self.fanOut = fanOut
        self.store = store
        self.hub = hub
        jobs = JobQueue()
    }

    /// Adopts a connection; never blocks.
    func open(_ handle: StreamHandle, _ subscription: Subscription, preface: [UInt8]) {
        guard fanOut.join(handle, subscription, preface: preface) != nil else { return }
        jobs.add(Job(handle: handle, subscription: subscription, preface: preface))
    }

    /// Works until `stop`. Blocks.
    func run() {
        while let job = jobs.next() { perform(job) }
    }

    /// Does what is waiting now and returns; for tests without threads.
    func runOnce() {
        while let job = jobs.nextNow() { perform(job) }
    }

    func stop() { jobs.stop() }

    private func perform(_ job: Job) {
        var subscription = job.subscription
        guard job.handle.write(job.preface, timeoutMs: Replay.clientTimeoutMs) else { return }
        // Left half-way (the database is gone, the client too slow) the client reconnects and resumes.
        while let floor = fanOut.join(job.handle, subscription) {
            guard !jobs.isStopped,
                let page = try? store.page(
                    scope(of: subscription.filter), from: subscription.cursor.position, limit: Replay.pageRows)
            else { return }
            let (bytes, end) = subscription.filter.frames(of: page.entries, behind: subscription.cursor)
            guard job.handle.write(bytes, timeoutMs: Replay.clientTimeoutMs) else { return }
            if let end {
                let id = hub.add(job.handle) { _, _ in }
                hub.close(id, final: endFrame(end))
                return
            }
            // A page that is not full has shown all there is up to the floor, which was read before it.
            let seen = max(page.lastPosition ?? 0, page.isFull ? 0 : floor)
            subscription.cursor = max(subscription.cursor, FeedCursor(behind: seen))
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
