import Domain

/// One month's partition: its name and the first id after it.
struct MonthPartition: Equatable {
    let name: String
    let upperBound: UUIDv7
    /// The first instant after it.
    let end: Timestamp

    private init(index: Int) {
        let next = CivilTime.daysSinceEpoch(year: (index + 1) / 12, month: (index + 1) % 12 + 1, day: 1)
        let month = index % 12 + 1
        name = "p\(index / 12)_\(month < 10 ? "0" : "")\(month)"
        end = Timestamp(milliseconds: Int64(next) * 86_400_000)
        upperBound = UUIDv7(high: UInt64(clamping: next * 86_400_000) << 16 | 0x7000, low: 0x8000_0000_0000_0000)
    }

    /// nil for `p_next` and any other name that is no month's.
    init?(name: String) {
        let parts = name.dropFirst().split(separator: "_").compactMap { Int($0) }
        guard name.hasPrefix("p"), parts.count == 2, (2000...9998).contains(parts[0]), (1...12).contains(parts[1])
        else {
            return nil
        }
        self.init(index: parts[0] * 12 + parts[1] - 1)
    }

    static func months(from now: Timestamp, count: Int) -> [MonthPartition] {
        let civil = CivilTime(milliseconds: now.milliseconds)
        return (0..<count).map { MonthPartition(index: civil.year * 12 + civil.month - 1 + $0) }
    }

    /// DDL takes no bound values; every part here is made by this program.
    static func statement(table: String, month: MonthPartition) -> String {
        """
        ALTER TABLE \(table) NOWAIT REORGANIZE PARTITION p_next INTO
        (PARTITION \(month.name) VALUES LESS THAN ('\(month.upperBound)'), PARTITION p_next VALUES LESS THAN (MAXVALUE))
        """
    }
}
