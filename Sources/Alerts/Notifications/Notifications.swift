import Deliveries
package import Domain
package import MariaDB

/// Reads what was sent, to whom, and how it went.
package struct Notifications: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The project a notification belongs to; for the permission check of paths that name no project.
    /// - Throws: `AlertsError.notFound`.
    package func project(of id: ID<Notification>) throws -> ID<Project> {
        let row = try pool.read {
            try $0.first("SELECT project_id FROM deliveries WHERE id = \(id) AND kind = \(ChannelCourier.kind)")
        }
        guard let row else { throw AlertsError.notFound }
        return try row.id("project_id")
    }

    /// Newest first; `before` is the last id of the page before.
    package func list(
        project: ID<Project>, channel: ID<Channel>? = nil, before: ID<Notification>? = nil, limit: Int
    ) throws -> [NotificationRecord] {
        var condition: SQL = "n.project_id = \(project) AND n.kind = \(ChannelCourier.kind)"
        if let channel { condition += " AND n.target_id = \(channel)" }
        if let before { condition += " AND n.id < \(before)" }
        return try read(condition, limit)
    }

    /// - Throws: `AlertsError.notFound`.
    package func get(_ id: ID<Notification>, project: ID<Project>) throws -> NotificationRecord {
        let condition: SQL = "n.id = \(id) AND n.project_id = \(project) AND n.kind = \(ChannelCourier.kind)"
        guard let record = try read(condition, 1).first else { throw AlertsError.notFound }
        return record
    }

    /// Sends something of the log again.
    /// - Throws: `AlertsError.notFound`, `.refused` while it is on its way.
    package func sendAgain(_ id: ID<Notification>, project: ID<Project>, in tx: Transaction) throws {
        switch try SendAgain.run(id.uuid, kind: ChannelCourier.kind, project: project, in: tx) {
        case .queued: return
        case .unknown: throw AlertsError.notFound
        case .refused(let why): throw AlertsError.refused(why)
        }
    }

    private func read(_ condition: SQL, _ limit: Int) throws -> [NotificationRecord] {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT \(sql: NotificationRecord.columns) FROM deliveries n LEFT JOIN channels c \
                ON c.id = n.target_id WHERE \(sql: condition) ORDER BY n.id DESC LIMIT \(limit)
                """)
        }
        return try rows.map { try NotificationRecord($0) }
    }
}
