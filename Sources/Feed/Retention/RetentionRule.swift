package import Domain
package import MariaDB

/// What a feature keeps, for how long by default, and how it lets go in small steps; one loop runs all of them.
package struct RetentionRule: Sendable {
    /// Word of the setting and of the preview, such as `executions`.
    package let name: String
    /// What is removed, for people.
    package let about: String
    package let defaultDays: Int
    /// How much is older than an instant now; counts to `RetentionRule.countLimit` at most.
    package let count: @Sendable (_ database: Connection, _ before: Timestamp) throws -> Int
    /// Removes what is older than an instant, about `limit` rows; answers how many. Zero ends the rule's turn.
    package let purge: @Sendable (_ tx: Transaction, _ before: Timestamp, _ limit: Int) throws -> Int
    /// The same for what projects keep for a time of their own; nil where they have no say.
    package let purgeOwn: (@Sendable (_ tx: Transaction, _ limit: Int) throws -> Int)?

    package static let countLimit = 100_000

    package init(
        _ name: String, about: String, defaultDays: Int,
        count: @escaping @Sendable (Connection, Timestamp) throws -> Int,
        purge: @escaping @Sendable (Transaction, Timestamp, Int) throws -> Int,
        purgeOwn: (@Sendable (Transaction, Int) throws -> Int)? = nil
    ) {
        self.name = name
        self.about = about
        self.defaultDays = defaultDays
        self.count = count
        self.purge = purge
        self.purgeOwn = purgeOwn
    }

    /// Rows of one table that satisfy a condition on an instant.
    ///
    /// - Parameters:
    ///   - table: a table of the feature.
    ///   - condition: which rows are older than the instant; must be served by an index.
    package static func rows(
        _ name: String, about: String, of table: StaticString, defaultDays: Int,
        where condition: @escaping @Sendable (_ before: Timestamp) -> SQL
    ) -> RetentionRule {
        RetentionRule(
            name, about: about, defaultDays: defaultDays,
            count: { database, before in
                try database.first(
                    """
                    SELECT COUNT(*) n FROM (SELECT 1 FROM \(raw: table) WHERE \(sql: condition(before)) LIMIT \(countLimit)) q
                    """)?.int("n") ?? 0
            },
            purge: { tx, before, limit in
                try tx.execute("DELETE FROM \(raw: table) WHERE \(sql: condition(before)) LIMIT \(limit)")
            })
    }
}

/// How many days each rule keeps; zero keeps for ever.
package struct RetentionDays: Sendable, Equatable {
    private var days: [String: Int] = [:]

    package init() {}

    /// Reads `name:days` pairs, comma-separated, such as `executions:30,deliveries:7`.
    ///
    /// - Throws: `RetentionFault` naming the pair that is none.
    package init(_ text: String, rules: [RetentionRule]) throws(RetentionFault) {
        for pair in text.split(separator: ",") {
            let parts = pair.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
            guard parts.count == 2, let count = Int(parts[1]), (0...36_500).contains(count) else {
                throw RetentionFault("'\(pair)' is no pair such as executions:90")
            }
            guard rules.contains(where: { $0.name == parts[0] }) else {
                throw RetentionFault(
                    "nothing is kept as '\(parts[0])'; there is \(rules.map(\.name).joined(separator: ", "))")
            }
            days[parts[0]] = count
        }
    }

    /// Days that `rule` keeps; nil is for ever.
    package func days(of rule: RetentionRule) -> Int? {
        let count = days[rule.name] ?? rule.defaultDays
        return count == 0 ? nil : count
    }

    /// Before which instant `rule` removes; nil when it keeps for ever.
    package func cutoff(of rule: RetentionRule, now: Timestamp) -> Timestamp? {
        days(of: rule).map { now.adding(ms: -Int64($0) * 86_400_000) }
    }
}

/// A retention setting that cannot be read.
package struct RetentionFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
