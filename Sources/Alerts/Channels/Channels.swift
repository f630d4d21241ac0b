package import Domain
package import MariaDB

/// The channels of a project: read, made, changed, removed and tested.
package struct Channels: Sendable {
    private let pool: Pool
    private let vault: ChannelVault

    package init(pool: Pool, sealing: Sealing) {
        self.pool = pool
        vault = ChannelVault(sealing: sealing)
    }

    /// The project a channel belongs to; for the permission check of paths that name no project.
    /// - Throws: `AlertsError.notFound`.
    package func project(of id: ID<Channel>) throws -> ID<Project> {
        let row = try pool.read { try $0.first("SELECT project_id FROM channels WHERE id = \(id)") }
        guard let row else { throw AlertsError.notFound }
        return try row.id("project_id")
    }

    /// Newest first; `before` is the last id of the page before.
    package func list(project: ID<Project>, before: ID<Channel>? = nil, limit: Int) throws -> [ChannelRecord] {
        var sql: SQL = "SELECT \(sql: Self.columns) FROM channels WHERE project_id = \(project)"
        if let before { sql += " AND id < \(before)" }
        sql += " ORDER BY id DESC LIMIT \(limit)"
        return try pool.read { try $0.query(sql) }.map { try vault.record($0) }
    }

    /// - Throws: `AlertsError.notFound`.
    package func get(_ id: ID<Channel>, project: ID<Project>) throws -> ChannelRecord {
        try pool.read { try get(id, project, in: $0) }
    }

    /// - Throws: `AlertsError.invalid`, `.nameTaken`.
    package func create(_ draft: ChannelDraft, project: ID<Project>, in tx: Transaction) throws -> SavedChannel {
        let (kind, target) = try draft.target()
        let id = ID<Channel>(at: tx.now)
        let sealed = try vault.seal(target, for: id)
        try withUniqueName {
            try tx.execute(
                """
                INSERT INTO channels (id, project_id, name, kind, target, created_at, updated_at) VALUES \
                (\(id), \(project), \(draft.name), \(kind.name), \(sealed), \(tx.now), \(tx.now))
                """)
        }
        return SavedChannel(
            try get(id, project, in: tx), secret: target.secret, given: draft.settings[kind.name], previous: nil)
    }

    /// Replaces the channel and enables it again. A webhook without a secret keeps the one it has.
    /// - Throws: `AlertsError.notFound`, `.invalid`, `.nameTaken`, `.versionMismatch`.
    package func update(
        _ id: ID<Channel>, _ draft: ChannelDraft, ifMatch: VersionMatch = .any, project: ID<Project>,
        in tx: Transaction
    ) throws -> SavedChannel {
        let row = try Self.locked(id, ifMatch, project, in: tx)
        let old = try vault.target(row)
        let (kind, target) = try draft.target(replacing: old)
        let sealed = try vault.seal(target, for: id)
        try withUniqueName {
            try tx.execute(
                """
                UPDATE channels SET name = \(draft.name), kind = \(kind.name), target = \(sealed), \
                disabled_at = NULL, disabled_reason = NULL, updated_at = \(tx.now), version = version + 1 \
                WHERE id = \(id) AND project_id = \(project)
                """)
        }
        return SavedChannel(
            try get(id, project, in: tx), secret: target.secret, given: draft.settings[kind.name],
            previous: old.secret)
    }

    /// Removes the channel, also from its rules; messages still on their way to it are given up.
    /// - Throws: `AlertsError.notFound`, `.versionMismatch`.
    package func delete(
        _ id: ID<Channel>, ifMatch: VersionMatch = .any, project: ID<Project>, in tx: Transaction
    ) throws {
        _ = try Self.locked(id, ifMatch, project, in: tx)
        try tx.execute("DELETE FROM channels WHERE id = \(id) AND project_id = \(project)")
    }

    /// Switches the channel off, or on again whatever switched it off.
    /// - Throws: `AlertsError.notFound`, `.versionMismatch`.
    package func disable(
        _ id: ID<Channel>, _ isDisabled: Bool, ifMatch: VersionMatch = .any, project: ID<Project>, in tx: Transaction
    ) throws -> ChannelRecord {
        let row = try Self.locked(id, ifMatch, project, in: tx)
        if try (row.timeOrNil("disabled_at") != nil) != isDisabled {
            try tx.execute(
                """
                UPDATE channels SET disabled_at = \(isDisabled ? tx.now : nil as Timestamp?), \
                disabled_reason = \(isDisabled ? Self.byHand : nil as String?), updated_at = \(tx.now), \
                version = version + 1 WHERE id = \(id) AND project_id = \(project)
                """)
        }
        return try get(id, project, in: tx)
    }

    private static func locked(
        _ id: ID<Channel>, _ ifMatch: VersionMatch, _ project: ID<Project>, in tx: Transaction
    ) throws -> Row {
        let row = try tx.first(
            """
            SELECT \(sql: columns) FROM channels WHERE id = \(id) AND project_id = \(project) FOR UPDATE
            """)
        guard let row else { throw AlertsError.notFound }
        let current = try row.int("version")
        guard ifMatch.admits(current) else { throw AlertsError.versionMismatch(current: current) }
        return row
    }

    /// Queues a test message; also for a disabled channel. How it went stands in the notification.
    /// - Throws: `AlertsError.notFound`.
    package func test(_ id: ID<Channel>, project: ID<Project>, in tx: Transaction) throws -> ID<Notification> {
        _ = try get(id, project, in: tx)
        return try QueueNotifications.test(id, project, in: tx)
    }

    static let columns: SQL = """
        id, project_id, name, kind, target, disabled_at, disabled_reason, created_at, updated_at, version
        """

    /// Why a person switched one off: the other reasons are those of failed deliveries.
    static let byHand = "byHand"

    private func get(_ id: ID<Channel>, _ project: ID<Project>, in database: some Queries) throws -> ChannelRecord {
        let row = try database.query(
            """
            SELECT \(sql: Self.columns) FROM channels WHERE id = \(id) AND project_id = \(project)
            """
        ).first
        guard let row else { throw AlertsError.notFound }
        return try vault.record(row)
    }
}
