import CMariaDB

/// The prepared statements of one connection by their text; the longest unused one makes room.
struct StatementCache {
    private var statements: [String: Statement] = [:]
    private var clock: UInt64 = 0
    private let capacity: Int

    init(capacity: Int) { self.capacity = capacity }

    var count: Int { statements.count }

    /// The statement for `text`, prepared now if it is not here.
    mutating func statement(_ text: String, on mysql: UnsafeMutablePointer<MYSQL>) throws(DatabaseError) -> Statement {
        clock &+= 1
        if let known = statements[text] {
            known.lastUse = clock
            return known
        }
        if statements.count >= capacity { evictOldest() }
        let fresh = try Statement(text, on: mysql)
        fresh.lastUse = clock
        statements[text] = fresh
        return fresh
    }

    private mutating func evictOldest() {
        guard let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse }) else { return }
        statements[oldest.key] = nil
    }

    mutating func remove(_ text: String) { statements[text] = nil }

    mutating func removeAll() { statements.removeAll() }
}
