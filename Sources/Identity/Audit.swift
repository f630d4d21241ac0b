package import Domain
package import MariaDB

/// One line of the audit log, as read.
package struct AuditLine: Sendable {
    package let id: UUIDv7
    package let at: Timestamp
    package let actorKind: Caller.Kind
    package let actorID: UUIDv7?
    package let actorName: String
    package let remoteAddress: String
    package let requestID: String
    package let entry: AuditEntry
}

/// What a reading of the log is narrowed to; nil does not narrow.
package struct AuditFilter: Sendable {
    package var project: ID<Project>?
    /// A whole action, or a family such as `user`.
    package var action: String?
    package var outcome: AuditEntry.Outcome?
    /// The user or token that acted.
    package var actor: UUIDv7?
    /// What it was done to.
    package var target: String?
    package var from: Timestamp?
    package var to: Timestamp?

    package init(project: ID<Project>? = nil) { self.project = project }

    fileprivate var conditions: [SQL] {
        var conditions: [SQL] = ["TRUE"]
        if let project { conditions.append("project_id = \(project)") }
        if let action {
            conditions.append(
                "(action = \(action) OR LEFT(action, CHAR_LENGTH(\(action)) + 1) = CONCAT(\(action), '.'))")
        }
        if let outcome { conditions.append("outcome = \(outcome.rawValue)") }
        if let actor { conditions.append("actor_id = \(actor)") }
        if let target { conditions.append("target_id = \(target)") }
        // Ids begin with their instant, so that a day is a range of the key.
        if let from { conditions.append("at >= \(from) AND id >= \(UUIDv7.first(at: from))") }
        if let to { conditions.append("at < \(to) AND id < \(UUIDv7.first(at: to))") }
        return conditions
    }
}

/// The append-only log of who changed what and who was refused.
package struct Audit: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Appends a line in the transaction of the change itself. Secrets never belong in `before` or `after`.
    package static func record(_ tx: Transaction, _ entry: AuditEntry, by caller: Caller) throws {
        _ = try tx.execute(
            """
            INSERT INTO audit_log (id, project_id, at, actor_kind, actor_id, actor_name, action, outcome, target_kind,
              target_id, before_value, after_value, remote_address, request_id)
            VALUES (\(UUIDv7(at: tx.now)), \(entry.project.sqlValue), \(tx.now), \(caller.kind.rawValue), \(caller.id.sqlValue),
              \(caller.name.cut(codePoints: 255)), \(entry.action.cut(codePoints: 64)), \(entry.outcome.rawValue),
              \(entry.targetKind.cut(codePoints: 32)), \(entry.targetID.cut(codePoints: 255)), \(entry.before.sqlValue), \(entry.after.sqlValue),
              \(caller.remoteAddress.cut(codePoints: 64)), \(caller.requestID.cut(codePoints: 64)))
            """)
    }

    /// Appends a refusal in a transaction of its own.
    package func refused(_ entry: AuditEntry, by caller: Caller) throws {
        try pool.transaction { try Audit.record($0, entry, by: caller) }
    }

    /// Appends a refusal or a reading in a transaction of its own, unless too many like it were appended just now; a line
    /// says how many were left out before it.
    package func note(_ entry: AuditEntry, by caller: Caller, pace: AuditPace) throws {
        guard let leftOut = pace.admit(entry, by: caller) else { return }
        var after = entry.after?.object ?? [:]
        if leftOut > 0 { after["leftOutBefore"] = .integer(Int64(leftOut)) }
        let line = AuditEntry(
            entry.action, entry.targetKind, entry.targetID, project: entry.project, outcome: entry.outcome,
            before: entry.before, after: after.isEmpty ? entry.after : .object(after))
        try pool.transaction { try Audit.record($0, line, by: caller) }
    }

    /// The log, newest first; of one project, or all of it when `project` is nil.
    package func list(project: ID<Project>?, cursor: String?, limit: Int?) throws -> Page<AuditLine> {
        try list(AuditFilter(project: project), cursor: cursor, limit: limit)
    }

    /// What of the log the filter lets through, newest first.
    package func list(_ filter: AuditFilter, cursor: String?, limit: Int?) throws -> Page<AuditLine> {
        try part(filter, cursor: cursor, limit: pageSize(limit))
    }

    /// The same, as many lines as the caller takes at once.
    package func part(_ filter: AuditFilter, cursor: String?, limit size: Int) throws -> Page<AuditLine> {
        let before: ID<AuditLine>? = try cursorID(cursor)
        var conditions = filter.conditions
        if let before { conditions.append("id < \(before)") }
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT id, project_id, at, actor_kind, actor_id, actor_name, action, outcome, target_kind, target_id,
                  before_value, after_value, remote_address, request_id FROM audit_log
                WHERE \(sql: conditions.joined(separator: " AND ")) ORDER BY id DESC LIMIT \(size + 1)
                """)
        }
        return Page(try rows.map(Audit.line), limit: size) { $0.id.description }
    }

    private static func line(_ row: Row) throws -> AuditLine {
        AuditLine(
            id: try row.uuid("id"), at: try row.time("at"), actorKind: try row.value("actor_kind"),
            actorID: try row.uuidOrNil("actor_id"), actorName: try row.text("actor_name"),
            remoteAddress: try row.text("remote_address"), requestID: try row.text("request_id"),
            entry: AuditEntry(
                try row.text("action"), try row.text("target_kind"), try row.text("target_id"),
                project: try row.idOrNil("project_id"), outcome: try row.value("outcome"),
                before: try row.jsonOrNil("before_value"), after: try row.jsonOrNil("after_value")))
    }
}
