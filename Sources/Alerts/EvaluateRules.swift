import Domain
package import Feed
package import MariaDB

/// What one pass of the evaluation did.
package struct EvaluationResult: Equatable, Sendable {
    /// New verdicts looked at.
    package var outcomes = 0
    package var rules = 0
    package var opened = 0
    package var resolved = 0
    /// The batch was full.
    package var mayBeMore = false
}

/// Judges the rules of every suite that has a new verdict, from its own cursor into `recent_outcomes`.
///
/// Opening and resolving are compare-and-set on the rule: an alert that someone else opened or ended meanwhile is left
/// alone. The cursor, the alert, its notifications and its fact are one transaction.
package struct EvaluateRules: Sendable {
    private static let cursorName = "rules"
    private let pool: Pool
    private let batchRows: Int

    package init(pool: Pool, batchRows: Int = 500) {
        self.pool = pool
        self.batchRows = max(1, batchRows)
    }

    /// One batch. Blocks; run it right after a fold.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func runOnce(touch: LeaseTouch) throws -> EvaluationResult {
        guard try pool.read({ try Self.hasNews($0) }) else { return EvaluationResult() }
        return try pool.transaction { tx in
            try touch(tx)
            return try evaluate(in: tx)
        }
    }

    private static func hasNews(_ connection: Connection) throws -> Bool {
        try !connection.query(
            """
            SELECT 1 AS found FROM recent_outcomes WHERE pos > \
            COALESCE((SELECT pos FROM alert_cursors WHERE name = \(cursorName)), 0) LIMIT 1
            """
        ).isEmpty
    }

    private func evaluate(in tx: Transaction) throws -> EvaluationResult {
        let from = try Self.lockCursor(in: tx)
        let rows = try tx.query(
            """
            SELECT pos, project_id, kind, definition_key FROM recent_outcomes \
            WHERE pos > \(from) ORDER BY pos LIMIT \(batchRows)
            """)
        guard let last = rows.last else { return EvaluationResult() }
        var result = EvaluationResult(outcomes: rows.count, mayBeMore: rows.count == batchRows)
        var suites: Set<Suite> = []
        for row in rows where try row.text("kind") == "suite" {
            suites.insert(Suite(project: try row.id("project_id"), key: try row.text("definition_key")))
        }
        var facts = AlertFacts()
        for suite in suites.sorted(by: { ($0.project, $0.key) < ($1.project, $1.key) }) {
            try evaluate(suite, &result, &facts, in: tx)
        }
        let pos = try last.int64("pos")
        try tx.execute(
            """
            UPDATE alert_cursors SET pos = \(pos), updated_at = \(tx.now) WHERE name = \(Self.cursorName)
            """)
        try facts.write(tx)
        return result
    }

    private static func lockCursor(in tx: Transaction) throws -> Int64 {
        let statement: SQL = "SELECT pos FROM alert_cursors WHERE name = \(cursorName) FOR UPDATE"
        if let row = try tx.first(statement) { return try row.int64("pos") }
        try tx.execute(
            """
            INSERT INTO alert_cursors (name, pos, updated_at) VALUES (\(cursorName), 0, \(tx.now)) \
            ON DUPLICATE KEY UPDATE pos = pos
            """)
        return try tx.first(statement)?.int64("pos") ?? 0
    }

    private func evaluate(
        _ suite: Suite, _ result: inout EvaluationResult, _ facts: inout AlertFacts, in tx: Transaction
    ) throws {
        let rules = try tx.query(
            """
            SELECT \(sql: RuleRecord.columns) FROM alert_rules \
            WHERE project_id = \(suite.project) AND suite_key = \(suite.key) ORDER BY id
            """
        ).map { try RuleRecord($0) }
        guard let widest = rules.map(\.windowRuns).max() else { return }
        let outcomes = try tx.query(
            """
            SELECT status, execution_id FROM recent_outcomes WHERE project_id = \(suite.project) AND kind = 'suite' \
            AND definition_key = \(suite.key) ORDER BY pos DESC LIMIT \(widest)
            """)
        let passed = try outcomes.map { try $0.text("status") == "passed" }
        let newest: ID<Execution>? = try outcomes.first?.id("execution_id")
        let key = try projectKey(of: suite.project, in: tx)
        for rule in rules {
            result.rules += 1
            switch rule.rule.evaluate(newestFirst: passed).action(isActive: rule.activeAlert != nil) {
            case .none: break
            case .open(let value, let samples):
                let opening = OpenAlert(rule: rule, value: value, samples: samples, execution: newest)
                if let alert = try opening.run(in: tx) {
                    facts.add("alert.opened", alert, projectKey: key, at: tx.now)
                    result.opened += 1
                }
            case .resolve(let value, let samples):
                if let alert = try RecoverAlert(rule: rule, value: value, samples: samples).run(in: tx) {
                    facts.add("alert.resolved", alert, projectKey: key, at: tx.now)
                    result.resolved += 1
                }
            }
        }
    }

    private struct Suite: Hashable {
        let project: ID<Project>
        let key: String
    }
}
