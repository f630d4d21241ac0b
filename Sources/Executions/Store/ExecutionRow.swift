package import Domain
import MariaDB

/// The columns of one execution that decisions are made on.
package struct ExecutionRow: Equatable, Sendable {
    package let id: ID<Execution>
    package let project: ID<Project>
    package let projectKey: String
    package let number: Int?
    package let kind: ExecutionKind
    package let root: ID<Execution>
    package let parent: ID<Execution>?
    package let position: Int
    package let priority: Priority
    package let name: String
    package var status: ExecutionStatus
    package var lastSeq: Int
    package var attempts: Int
    package let cancelRequestedAt: Timestamp?
    package let cancelReason: String?
    package let createdAt: Timestamp
    package var startedAt: Timestamp?

    static let columns: SQL = """
        id, project_id, project_key, number, kind, root_id, parent_id, position, priority, name, status, last_seq, attempts, \
        cancel_requested_at, cancel_reason, created_at, started_at
        """

    init(_ row: Row) throws {
        id = try row.id("id")
        project = try row.id("project_id")
        projectKey = try row.text("project_key")
        number = try row.intOrNil("number")
        kind = try row.value("kind")
        root = try row.id("root_id")
        parent = try row.idOrNil("parent_id")
        position = try row.int("position")
        priority = try row.value("priority")
        name = try row.text("name")
        status = try row.value("status")
        lastSeq = try row.int("last_seq")
        attempts = try row.int("attempts")
        cancelRequestedAt = try row.timeOrNil("cancel_requested_at")
        cancelReason = try row.textOrNil("cancel_reason")
        createdAt = try row.time("created_at")
        startedAt = try row.timeOrNil("started_at")
    }

    /// The row of an execution that this transaction has just inserted: pending, before its first event.
    init(
        inserted id: ID<Execution>, project: ID<Project>, projectKey: String, number: Int? = nil, kind: ExecutionKind,
        root: ID<Execution>, parent: ID<Execution>? = nil, position: Int = 0, priority: Priority, name: String,
        at now: Timestamp
    ) {
        self.id = id
        self.project = project
        self.projectKey = projectKey
        self.number = number
        self.kind = kind
        self.root = root
        self.parent = parent
        self.position = position
        self.priority = priority
        self.name = name
        status = .pending
        lastSeq = 0
        attempts = 0
        cancelRequestedAt = nil
        cancelReason = nil
        createdAt = now
        startedAt = nil
    }

    /// Locks those of `ids` that exist, ascending; take work_items first (lock order).
    static func lock(_ ids: some Collection<ID<Execution>>, _ tx: Transaction) throws -> [ID<Execution>: ExecutionRow] {
        let rows = try tx.query(
            "SELECT \(sql: columns) FROM executions WHERE id IN (\(list: ids.sorted())) ORDER BY id FOR UPDATE"
        ).map(ExecutionRow.init)
        return Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Locks the row until the transaction ends; take work_items first (lock order).
    static func lock(_ id: ID<Execution>, _ tx: Transaction) throws -> ExecutionRow {
        guard let row = try tx.first("SELECT \(sql: columns) FROM executions WHERE id = \(id) FOR UPDATE") else {
            throw ExecutionFault.notFound
        }
        return try ExecutionRow(row)
    }
}
