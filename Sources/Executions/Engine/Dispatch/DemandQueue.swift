import Domain
import HeapModule

/// The first items of all buckets with one demand, smallest first.
///
/// An entry whose item is no longer the first of its bucket is stale; it is dropped when it comes up.
struct DemandQueue {
    struct Entry: Comparable {
        let item: ReadyItem
        let bucket: Int

        static func < (left: Entry, right: Entry) -> Bool { left.item < right.item }
    }

    let demand: Demand
    /// Indexes of the sessions that may serve it.
    var serving: [Int] = []
    /// What held it back in the last choice; nil when nothing did.
    var obstacle: WaitReason?
    private var entries = Heap<Entry>()

    init(demand: Demand) { self.demand = demand }

    mutating func push(_ item: ReadyItem, bucket: Int) { entries.insert(Entry(item: item, bucket: bucket)) }

    /// The first entry for which `isCurrent` holds; drops those before it.
    mutating func first(where isCurrent: (Entry) -> Bool) -> Entry? {
        while let entry = entries.min {
            if isCurrent(entry) { return entry }
            entries.removeMin()
        }
        return nil
    }

    mutating func removeFirst() { _ = entries.popMin() }
}
