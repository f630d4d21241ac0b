/// The newest feed entries in memory, so that most streams resume without a query.
struct FeedRing {
    private let capacity: Int
    private let capacityBytes: Int
    private var entries: [FeedEntry] = []
    /// What the entries take, about.
    private(set) var bytes = 0
    /// Every entry behind this position is in the ring.
    private(set) var floor: Int64
    /// The newest row read, jump rows included.
    private(set) var last: Int64

    /// Begins behind position `start`; keeps at most `capacity` entries and `capacityBytes`, and a quarter more for a
    /// while.
    init(start: Int64, capacity: Int, capacityBytes: Int) {
        floor = start
        last = start
        self.capacity = max(1, capacity)
        self.capacityBytes = capacityBytes
    }

    /// Adds entries in the order of their positions, up to and including row `last`.
    mutating func append(_ new: [FeedEntry], through last: Int64) {
        entries.append(contentsOf: new)
        bytes += new.reduce(0) { $0 + $1.bytes }
        self.last = max(self.last, last)
        // Trimmed in bulk, as removing from the front moves the rest.
        guard entries.count > capacity + capacity / 4 || bytes > capacityBytes + capacityBytes / 4 else { return }
        var excess = 0
        while excess < entries.count, entries.count - excess > capacity || bytes > capacityBytes {
            bytes -= entries[excess].bytes
            floor = entries[excess].position
            excess += 1
        }
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
