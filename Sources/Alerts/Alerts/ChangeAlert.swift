package import Domain
package import MariaDB
import Wire

/// What people do to an alert: take it, or end it.
package struct ChangeAlert: Sendable {
    package static let maximumComment = 500

    package init() {}

    /// Someone takes the alert.
    /// - Throws: `AlertsError.notFound`, `.invalid`, `.invalidTransition` when it is taken or over.
    package func acknowledge(
        _ id: ID<Alert>, project: ID<Project>, by actor: AlertActor, comment: String?, in tx: Transaction
    ) throws -> AlertRecord {
        try Self.check(comment)
        var alert = try Self.locked(id, project, in: tx)
        try alert.apply(.acknowledge)
        alert.acknowledgedAt = tx.now
        alert.acknowledgedBy = actor
        alert.comment = comment
        try tx.execute(
            """
            UPDATE alerts SET state = 'acknowledged', acknowledged_at = \(tx.now), acknowledged_by = \(actor.id), \
            acknowledged_name = \(actor.name.cut(codePoints: 255)), comment = \(comment.sqlValue) \
            WHERE id = \(id) AND state = 'open'
            """)
        var facts = AlertFacts()
        facts.add(
            .alertAcknowledged, alert, projectKey: try projectKey(of: project, in: tx), actor: actor, at: tx.now)
        try facts.write(tx)
        return alert
    }

    /// Someone ends the alert; the next breach of its rule opens a new one.
    /// - Throws: `AlertsError.notFound`, `.invalid`, `.invalidTransition` when it is over.
    package func resolve(
        _ id: ID<Alert>, project: ID<Project>, by actor: AlertActor, comment: String?, in tx: Transaction
    ) throws -> AlertRecord {
        try Self.check(comment)
        let owner = try tx.first("SELECT rule_id FROM alerts WHERE id = \(id) AND project_id = \(project)")
        guard let owner else { throw AlertsError.notFound }
        let rule: ID<AlertRule> = try owner.id("rule_id")
        return try Self.end(
            id, of: rule, project, by: actor, resolution: comment ?? "Resolved by hand.", in: tx)
    }

    /// Frees the rule, ends its alert, tells the channels and the feed. The rule before the alert: the order in which
    /// the evaluation locks them.
    @discardableResult
    static func end(
        _ id: ID<Alert>, of rule: ID<AlertRule>, _ project: ID<Project>, by actor: AlertActor, resolution: String,
        in tx: Transaction
    ) throws -> AlertRecord {
        try tx.execute(
            """
            UPDATE alert_rules SET active_alert_id = NULL WHERE id = \(rule) AND active_alert_id = \(id)
            """)
        var alert = try locked(id, project, in: tx)
        try alert.apply(.resolve)
        alert.resolvedAt = tx.now
        alert.resolvedBy = actor
        alert.resolution = resolution
        try tx.execute(
            """
            UPDATE alerts SET state = 'resolved', resolved_at = \(tx.now), resolved_by = \(actor.id), \
            resolved_name = \(actor.name.cut(codePoints: 255)), \
            resolution = \(resolution) WHERE id = \(id) AND state <> 'resolved'
            """)
        try QueueNotifications.resolved(alert, in: tx)
        var facts = AlertFacts()
        facts.add(.alertResolved, alert, projectKey: try projectKey(of: project, in: tx), actor: actor, at: tx.now)
        try facts.write(tx)
        return alert
    }

    private static func locked(_ id: ID<Alert>, _ project: ID<Project>, in tx: Transaction) throws -> AlertRecord {
        let row = try tx.first(
            """
            SELECT \(sql: AlertRecord.columns) FROM alerts WHERE id = \(id) AND project_id = \(project) FOR UPDATE
            """)
        guard let row else { throw AlertsError.notFound }
        return try AlertRecord(row)
    }

    private static func check(_ comment: String?) throws {
        guard let comment, comment.unicodeScalars.count > maximumComment else { return }
        throw AlertsError.invalid([FieldFault("/comment", "must be at most \(maximumComment) characters")])
    }
}

extension AlertRecord {
    mutating func apply(_ event: AlertEvent) throws {
        do {
            state = try state.applying(event)
        } catch {
            throw AlertsError.invalidTransition(from: error.from)
        }
    }
}
