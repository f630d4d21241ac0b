package import Domain
package import MariaDB

/// The settings of a project with their version; version 0 is that nobody has set any.
package struct SavedSettings: Equatable, Sendable {
    package let settings: ProjectSettings
    package let version: Int
    package let updatedAt: Timestamp?
}

/// Reads and replaces what projects say of their runs. Runs that were started keep what held then.
package struct SettingsStore: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    package func read(_ project: ID<Project>) throws -> SavedSettings {
        try pool.read { try Self.read(project, forUpdate: false, $0) }
    }

    /// - Throws: `ExecutionFault.versionMismatch`.
    package func replace(
        _ settings: ProjectSettings, of project: ID<Project>, ifMatch: VersionMatch, in tx: Transaction
    ) throws -> (before: SavedSettings, after: SavedSettings) {
        // The first to come makes the row; whoever comes at the same time waits for its lock.
        try tx.execute(
            """
            INSERT INTO project_settings (project_id, version) VALUES (\(project), 0)
            ON DUPLICATE KEY UPDATE project_id = project_id
            """)
        let before = try Self.read(project, forUpdate: true, tx)
        guard ifMatch.admits(before.version) else {
            throw ExecutionFault.versionMismatch(current: before.version)
        }
        try tx.execute(
            """
            UPDATE project_settings SET concurrency = \(settings.concurrency), timeout_ms = \(settings.timeoutMs),
              step_timeout_ms = \(settings.stepTimeoutMs), retry = \(settings.retry?.json),
              trace_steps = \(settings.traceSteps), progress_ms = \(settings.progressMs),
              keep_runs_days = \(settings.keepRunsDays), version = version + 1, updated_at = \(tx.now)
            WHERE project_id = \(project)
            """)
        return (before, SavedSettings(settings: settings, version: before.version + 1, updatedAt: tx.now))
    }

    private static func read(
        _ project: ID<Project>, forUpdate: Bool, _ database: some Queries
    ) throws -> SavedSettings {
        let row = try database.query(
            """
            SELECT concurrency, timeout_ms, step_timeout_ms, retry, trace_steps, progress_ms, keep_runs_days, version,
              updated_at FROM project_settings WHERE project_id = \(project)\(sql: forUpdate ? " FOR UPDATE" : "")
            """
        ).first
        guard let row else { return SavedSettings(settings: ProjectSettings(), version: 0, updatedAt: nil) }
        var settings = ProjectSettings()
        settings.concurrency = try row.intOrNil("concurrency")
        settings.timeoutMs = try row.intOrNil("timeout_ms").map(Int64.init)
        settings.stepTimeoutMs = try row.intOrNil("step_timeout_ms").map(Int64.init)
        settings.retry = try row.textOrNil("retry").map { try jsonDecoded(RetryPolicy.self, $0) }
        settings.traceSteps = try row.intOrNil("trace_steps")
        settings.progressMs = try row.intOrNil("progress_ms").map(Int64.init)
        settings.keepRunsDays = try row.intOrNil("keep_runs_days")
        return SavedSettings(
            settings: settings, version: try row.int("version"), updatedAt: try row.timeOrNil("updated_at"))
    }
}
