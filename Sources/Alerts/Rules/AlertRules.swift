package import Domain
package import MariaDB

/// The rules of a project: read, made, changed and removed.
package struct AlertRules: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The project a rule belongs to; for the permission check of paths that name no project.
    /// - Throws: `AlertsError.notFound`.
    package func project(of id: ID<AlertRule>) throws -> ID<Project> {
        let row = try pool.read { try $0.first("SELECT project_id FROM alert_rules WHERE id = \(id)") }
        guard let row else { throw AlertsError.notFound }
        return try row.id("project_id")
    }

    /// Newest first; `before` is the last id of the page before.
    package func list(project: ID<Project>, before: ID<AlertRule>? = nil, limit: Int) throws -> [RuleRecord] {
        try pool.read { connection in
            var sql: SQL = "SELECT \(sql: RuleRecord.columns) FROM alert_rules WHERE project_id = \(project)"
            if let before { sql += " AND id < \(before)" }
            let rows = try connection.query(sql + " ORDER BY id DESC LIMIT \(limit)")
            return try Self.withChannels(rows.map { try RuleRecord($0) }, in: connection)
        }
    }

    /// - Throws: `AlertsError.notFound`.
    package func get(_ id: ID<AlertRule>, project: ID<Project>) throws -> RuleRecord {
        try pool.read { try Self.get(id, project, in: $0) }
    }

    /// - Throws: `AlertsError.invalid`, `.nameTaken`.
    package func create(_ draft: RuleDraft, project: ID<Project>, in tx: Transaction) throws -> RuleRecord {
        try check(draft, project, in: tx)
        let id = ID<AlertRule>(at: tx.now)
        try withUniqueName {
            try tx.execute(
                """
                INSERT INTO alert_rules (id, project_id, name, metric, suite_key, comparison, threshold, window_runs, \
                minimum_samples, severity, created_at, updated_at) VALUES (\(id), \(project), \(draft.name), \
                \(draft.metric), \(draft.suite), \(draft.comparison), \(draft.threshold), \(draft.windowRuns), \
                \(draft.minimumSamples), \(draft.severity), \(tx.now), \(tx.now))
                """)
        }
        try writeChannels(draft.channels, of: id, in: tx)
        return try Self.get(id, project, in: tx)
    }

    /// Replaces the rule. An active alert stays with it unless the rule now watches another suite.
    /// - Throws: `AlertsError.notFound`, `.invalid`, `.nameTaken`, `.versionMismatch`.
    package func update(
        _ id: ID<AlertRule>, _ draft: RuleDraft, ifMatch: VersionMatch = .any, project: ID<Project>,
        by actor: AlertActor, in tx: Transaction
    ) throws -> RuleRecord {
        try check(draft, project, in: tx)
        let old = try Self.locked(id, ifMatch, project, in: tx)
        try withUniqueName {
            try tx.execute(
                """
                UPDATE alert_rules SET name = \(draft.name), metric = \(draft.metric), suite_key = \(draft.suite), \
                comparison = \(draft.comparison), \
                threshold = \(draft.threshold), window_runs = \(draft.windowRuns), \
                minimum_samples = \(draft.minimumSamples), severity = \(draft.severity), updated_at = \(tx.now), \
                version = version + 1 \
                WHERE id = \(id) AND project_id = \(project)
                """)
        }
        try tx.execute("DELETE FROM alert_rule_channels WHERE rule_id = \(id)")
        try writeChannels(draft.channels, of: id, in: tx)
        if let alert = old.activeAlert, old.suite != draft.suite {
            try ChangeAlert.end(
                alert, of: id, project, by: actor, resolution: "The rule watches another suite now.", in: tx)
        }
        return try Self.get(id, project, in: tx)
    }

    /// Removes the rule; an active alert of it is resolved and stays in the history.
    /// - Throws: `AlertsError.notFound`, `.versionMismatch`.
    package func delete(
        _ id: ID<AlertRule>, ifMatch: VersionMatch = .any, project: ID<Project>, by actor: AlertActor,
        in tx: Transaction
    ) throws {
        let rule = try Self.locked(id, ifMatch, project, in: tx)
        try tx.execute("DELETE FROM alert_rules WHERE id = \(id) AND project_id = \(project)")
        if let alert = rule.activeAlert {
            try ChangeAlert.end(alert, of: id, project, by: actor, resolution: "The rule was deleted.", in: tx)
        }
    }

    /// Switches the rule off, which resolves its active alert, or on again.
    /// - Throws: `AlertsError.notFound`, `.versionMismatch`.
    package func disable(
        _ id: ID<AlertRule>, _ isDisabled: Bool, ifMatch: VersionMatch = .any, project: ID<Project>,
        by actor: AlertActor, in tx: Transaction
    ) throws -> RuleRecord {
        let rule = try Self.locked(id, ifMatch, project, in: tx)
        guard (rule.disabledAt != nil) != isDisabled else { return try Self.get(id, project, in: tx) }
        try tx.execute(
            """
            UPDATE alert_rules SET disabled_at = \(isDisabled ? tx.now : nil as Timestamp?), updated_at = \(tx.now), \
            version = version + 1 WHERE id = \(id) AND project_id = \(project)
            """)
        if isDisabled, let alert = rule.activeAlert {
            try ChangeAlert.end(alert, of: id, project, by: actor, resolution: "The rule was switched off.", in: tx)
        }
        return try Self.get(id, project, in: tx)
    }

    private func check(_ draft: RuleDraft, _ project: ID<Project>, in tx: Transaction) throws {
        var faults = draft.faults
        let known = try tx.query(
            """
            SELECT id FROM channels WHERE project_id = \(project) AND id IN (\(list: draft.channels)) \
            LOCK IN SHARE MODE
            """)
        let ids = Set(try known.map { row -> ID<Channel> in try row.id("id") })
        for (index, channel) in draft.channels.enumerated() where !ids.contains(channel) {
            faults.append(FieldFault("/channels/\(index)", "is not a channel of this project"))
        }
        if !faults.isEmpty { throw AlertsError.invalid(faults) }
    }

    private func writeChannels(_ channels: [ID<Channel>], of rule: ID<AlertRule>, in tx: Transaction) throws {
        guard !channels.isEmpty else { return }
        try tx.bulk(
            "INSERT INTO alert_rule_channels (rule_id, channel_id) VALUES (?, ?)",
            rows: channels.sorted().map { [rule.sqlValue, $0.sqlValue] })
    }

    private static func locked(
        _ id: ID<AlertRule>, _ ifMatch: VersionMatch, _ project: ID<Project>, in tx: Transaction
    ) throws -> RuleRecord {
        let row = try tx.first(
            """
            SELECT \(sql: RuleRecord.columns) FROM alert_rules WHERE id = \(id) AND project_id = \(project) FOR UPDATE
            """)
        guard let row else { throw AlertsError.notFound }
        let rule = try RuleRecord(row)
        guard ifMatch.admits(rule.version) else { throw AlertsError.versionMismatch(current: rule.version) }
        return rule
    }

    private static func get(
        _ id: ID<AlertRule>, _ project: ID<Project>, in database: some Queries
    ) throws -> RuleRecord {
        let rows = try database.query(
            """
            SELECT \(sql: RuleRecord.columns) FROM alert_rules WHERE id = \(id) AND project_id = \(project)
            """)
        let records = try withChannels(rows.map { try RuleRecord($0) }, in: database)
        guard let record = records.first else { throw AlertsError.notFound }
        return record
    }

    private static func withChannels(_ records: [RuleRecord], in database: some Queries) throws -> [RuleRecord] {
        guard !records.isEmpty else { return [] }
        let rows = try database.query(
            """
            SELECT rule_id, channel_id FROM alert_rule_channels WHERE rule_id IN (\(list: records.map(\.id))) \
            ORDER BY channel_id
            """)
        var channels: [ID<AlertRule>: [ID<Channel>]] = [:]
        for row in rows { channels[try row.id("rule_id"), default: []].append(try row.id("channel_id")) }
        return records.map { record in
            var record = record
            record.channels = channels[record.id] ?? []
            return record
        }
    }
}
