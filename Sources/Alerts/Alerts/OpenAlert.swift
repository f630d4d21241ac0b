import Domain
import MariaDB

/// A rule was breached: opens its alert, unless it has one.
struct OpenAlert {
    let rule: RuleRecord
    let value: Double
    let samples: Int
    let execution: ID<Execution>?

    /// nil when the rule has an active alert by now, or is gone.
    func run(in tx: Transaction) throws -> AlertRecord? {
        let id = ID<Alert>(at: tx.now)
        let won = try tx.execute(
            """
            UPDATE alert_rules SET active_alert_id = \(id) WHERE id = \(rule.id) AND active_alert_id IS NULL
            """)
        guard won == 1 else { return nil }
        let alert = AlertRecord(
            id: id, project: rule.project, rule: rule.id, ruleName: rule.name, suite: rule.suite, state: .open,
            severity: rule.severity, value: value, threshold: rule.threshold, samples: samples,
            sentence: rule.measure.opened(rule.terms, value, samples).cut(codePoints: 500),
            execution: execution, openedAt: tx.now)
        try tx.execute(
            """
            INSERT INTO alerts (id, project_id, rule_id, rule_name, suite_key, state, severity, value, threshold, \
            samples, sentence, execution_id, opened_at) VALUES (\(id), \(rule.project), \(rule.id), \(rule.name), \
            \(rule.suite), 'open', \(rule.severity.rawValue), \(value), \(rule.threshold), \(samples), \
            \(alert.sentence), \(execution.sqlValue), \(tx.now))
            """)
        try QueueNotifications.opened(alert, in: tx)
        return alert
    }
}

/// The pass rate is back: ends the alert of the rule, whether someone took it or not.
struct RecoverAlert {
    let rule: RuleRecord
    let value: Double
    let samples: Int

    /// nil when someone ended the alert meanwhile.
    func run(in tx: Transaction) throws -> AlertRecord? {
        guard let id = rule.activeAlert else { return nil }
        let won = try tx.execute(
            """
            UPDATE alert_rules SET active_alert_id = NULL WHERE id = \(rule.id) AND active_alert_id = \(id)
            """)
        guard won == 1 else { return nil }
        let row = try tx.first("SELECT \(sql: AlertRecord.columns) FROM alerts WHERE id = \(id) FOR UPDATE")
        guard let row else { return nil }
        var alert = try AlertRecord(row)
        try alert.apply(.resolve)
        alert.resolvedAt = tx.now
        alert.resolution = rule.measure.resolved(rule.terms, value, samples).cut(codePoints: 500)
        try tx.execute(
            """
            UPDATE alerts SET state = 'resolved', resolved_at = \(tx.now), resolution = \(alert.resolution.sqlValue) \
            WHERE id = \(id) AND state <> 'resolved'
            """)
        try QueueNotifications.resolved(alert, in: tx)
        return alert
    }
}
