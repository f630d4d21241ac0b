package import Domain
package import MariaDB
import Transfer

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
        let target = try draft.target()
        let id = ID<Channel>(at: tx.now)
        let sealed = try vault.seal(target, for: id)
        try withUniqueName {
            try tx.execute(
                """
                INSERT INTO channels (id, project_id, name, kind, target, created_at, updated_at) VALUES \
                (\(id), \(project), \(draft.name), \(target.kind.rawValue), \(sealed), \(tx.now), \(tx.now))
                """)
        }
        return SavedChannel(
            record: try get(id, project, in: tx), newSecret: draft.webhook?.secret == nil ? target.secret : nil)
    }

    /// Replaces the channel and enables it again. A webhook without a secret keeps the one it has.
    /// - Throws: `AlertsError.notFound`, `.invalid`, `.nameTaken`.
    package func update(
        _ id: ID<Channel>, _ draft: ChannelDraft, project: ID<Project>, in tx: Transaction
    ) throws -> SavedChannel {
        let row = try tx.first(
            """
            SELECT \(sql: Self.columns) FROM channels WHERE id = \(id) AND project_id = \(project) FOR UPDATE
            """)
        guard let row else { throw AlertsError.notFound }
        let old = try vault.target(row)
        let target = try draft.target(replacing: old)
        let sealed = try vault.seal(target, for: id)
        try withUniqueName {
            try tx.execute(
                """
                UPDATE channels SET name = \(draft.name), kind = \(target.kind.rawValue), target = \(sealed), \
                disabled_at = NULL, disabled_reason = NULL, updated_at = \(tx.now) \
                WHERE id = \(id) AND project_id = \(project)
                """)
        }
        let isNewSecret = draft.webhook?.secret == nil && target.secret != old.secret
        return SavedChannel(record: try get(id, project, in: tx), newSecret: isNewSecret ? target.secret : nil)
    }

    /// Removes the channel, also from its rules; messages still on their way to it are given up.
    /// - Throws: `AlertsError.notFound`.
    package func delete(_ id: ID<Channel>, project: ID<Project>, in tx: Transaction) throws {
        let found = try tx.execute("DELETE FROM channels WHERE id = \(id) AND project_id = \(project)")
        guard found == 1 else { throw AlertsError.notFound }
    }

    /// Queues a test message; also for a disabled channel. How it went stands in the notification.
    /// - Throws: `AlertsError.notFound`.
    package func test(_ id: ID<Channel>, project: ID<Project>, in tx: Transaction) throws -> ID<Notification> {
        _ = try get(id, project, in: tx)
        return try QueueNotifications.test(id, project, in: tx)
    }

    static let columns: SQL = """
        id, project_id, name, kind, target, disabled_at, disabled_reason, created_at, updated_at
        """

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

/// Seals and opens the targets of channels.
struct ChannelVault: Sendable {
    let sealing: Sealing

    func seal(_ target: ChannelTarget, for id: ID<Channel>) throws -> [UInt8] {
        try sealing.seal(Array(target.json.text.utf8), Self.context(id))
    }

    /// - Throws: what `Sealing.open` throws, `DatabaseError.decoding`.
    func target(_ row: Row) throws -> ChannelTarget {
        let plain = try sealing.open(try row.bytes("target"), Self.context(row.id("id")))
        let kind: ChannelKind = try row.value("kind")
        guard let json = try? JSONParser.parse(plain), let target = ChannelTarget(kind, json) else {
            throw DatabaseError.decoding(column: "target")
        }
        return target
    }

    func record(_ row: Row) throws -> ChannelRecord {
        let target = try target(row)
        return ChannelRecord(
            id: try row.id("id"), project: try row.id("project_id"), name: try row.text("name"), kind: target.kind,
            url: target.url, to: target.to, disabledAt: try row.timeOrNil("disabled_at"),
            disabledReason: try row.textOrNil("disabled_reason"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }

    private static func context(_ id: ID<Channel>) -> String { "channel \(id)" }
}

extension ChannelTarget {
    fileprivate var url: String? { if case .webhook(let target) = self { target.url } else { nil } }
    fileprivate var secret: String? { if case .webhook(let target) = self { target.secret.text } else { nil } }
    fileprivate var to: [String]? { if case .email(let target) = self { target.to } else { nil } }
}
