/// The newest feed entries in memory, so that most streams resume without a query.
struct FeedRing {
    private let capacity: Int
    private var entries: [FeedEntry] = []
    /// Every entry behind this position is in the ring.
    private(set) var floor: Int64
    /// The newest row read, jump rows included.
    private(set) var last: Int64

    /// Begins behind position `start`.
    init(start: Int64, capacity: Int) {
        floor = start
        last = start
        self.capacity = max(1, capacity)
    }

    /// Adds entries in the order of their positions, up to and including row `last`.
    mutating func append(_ new: [FeedEntry], through last: Int64) {
        entries.append(contentsOf: new)
        self.last = max(self.last, last)
        // Trimmed in bulk, as removing from the front moves the rest.
        guard entries.count > capacity + capacity / 4 else { return }
        let excess = entries.count - capacity
        floor = entries[excess - 1].position
        entries.removeFirst(excess)
    }

    /// Whether all that comes behind `cursor` is here.
    func covers(_ cursor: FeedCursor) -> Bool {
        cursor.seq == .max ? cursor.position >= floor : cursor.position > floor
    }

    /// The entries with something behind `cursor`.
    func entries(behind cursor: FeedCursor) -> ArraySlice<FeedEntry> {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].position < cursor.position { low = middle + 1 } else { high = middle }
        }
        return entries[low...]
    }
}
