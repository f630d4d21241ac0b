import Domain
package import MariaDB
import Wire

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
    private let note: FaultNote

    /// - Parameter note: told of rules that cannot be read or judged; the others go on.
    package init(pool: Pool, batchRows: Int = 500, note: @escaping FaultNote = { _, _ in }) {
        self.pool = pool
        self.batchRows = max(1, batchRows)
        self.note = note
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
            WHERE project_id = \(suite.project) AND suite_key = \(suite.key) AND disabled_at IS NULL ORDER BY id
            """
        ).compactMap { row in
            try steppingOver("a rule of \(suite.project)/\(suite.key)", note) { try RuleRecord(row) }
        }
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
            let action = rule.measure.judge(rule.terms, passed).action(isActive: rule.activeAlert != nil)
            if action == .none { continue }
            let changed = try steppingOver("rule \(rule.id)", note) {
                try tx.isolated { try act(action, on: rule, newest, in: tx) }
            }
            guard let alert = changed ?? nil else { continue }
            facts.add(alert.state == .resolved ? .alertResolved : .alertOpened, alert, projectKey: key, at: tx.now)
            if alert.state == .resolved { result.resolved += 1 } else { result.opened += 1 }
        }
    }

    private func act(
        _ action: AlertAction, on rule: RuleRecord, _ newest: ID<Execution>?, in tx: Transaction
    ) throws -> AlertRecord? {
        switch action {
        case .none: nil
        case .open(let value, let samples):
            try OpenAlert(rule: rule, value: value, samples: samples, execution: newest).run(in: tx)
        case .resolve(let value, let samples):
            try RecoverAlert(rule: rule, value: value, samples: samples).run(in: tx)
        }
    }

    private struct Suite: Hashable {
        let project: ID<Project>
        let key: String
    }
}
