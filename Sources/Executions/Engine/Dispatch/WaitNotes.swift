import Domain
import Feed
import MariaDB

/// Keeps `queue_buckets.wait_reason` as the dispatcher sees it: at most once a second, all changes in one transaction.
struct WaitNotes {
    static let everyMs: Int64 = 1000

    private let pool: Pool
    /// What the rows say; nil until they were read.
    private var stored: [Int: WaitReason]?
    private var writtenAtMs: Int64?

    init(pool: Pool) { self.pool = pool }

    /// Whether a bucket is said to wait.
    var isShown: Bool { stored?.isEmpty == false }

    mutating func reset() {
        stored = nil
        writtenAtMs = nil
    }

    mutating func write(_ reasons: [Int: WaitReason], _ lease: LeaderLease, monotonicMs: Int64) throws {
        let stored = try stored ?? read()
        self.stored = stored
        guard reasons != stored, writtenAtMs.map({ monotonicMs - $0 >= Self.everyMs }) ?? true else { return }
        let changed = Set(reasons.keys).union(stored.keys).filter { reasons[$0] != stored[$0] }
        try pool.transaction { tx in
            try lease.touch(tx)
            for (reason, buckets) in Dictionary(grouping: changed.sorted(), by: { reasons[$0] }) {
                try note(reason, buckets, tx)
            }
        }
        self.stored = reasons
        writtenAtMs = monotonicMs
    }

    private func read() throws -> [Int: WaitReason] {
        let rows = try pool.read { connection in
            try connection.query("SELECT id, wait_reason FROM queue_buckets WHERE wait_reason IS NOT NULL")
        }
        return Dictionary(
            try rows.map { (try $0.int("id"), try $0.value("wait_reason")) }, uniquingKeysWith: { first, _ in first })
    }

    private func note(_ reason: WaitReason?, _ buckets: [Int], _ tx: Transaction) throws {
        for start in stride(from: 0, to: buckets.count, by: 512) {
            try tx.execute(
                """
                UPDATE queue_buckets SET wait_reason = \(reason?.rawValue), waiting_since = \(reason == nil ? nil : tx.now)
                WHERE id IN (\(list: Array(buckets[start..<min(start + 512, buckets.count)])))
                """)
        }
    }
}
