import Domain
import Feed
import MariaDB
import ResultFormats
import Wire

/// Finds the run that a key names, or begins one.
struct OpenImportRun {
    /// A suite that results belong to: of the catalog, or known only by name.
    struct Suite: Equatable {
        let id: UUIDv7
        let key: String
        let name: String
    }

    /// What a run is made with.
    struct Draft: Equatable {
        let project: ProjectRef
        var runKey: String?
        var name: String?
        var suite: Suite?
        var branch = ""
        var commit = ""
        var environment = ""
        var url: String?
        var startedAt: Timestamp?
        var allowEmpty = false
        let startedBy: FrozenRequest.Starter
    }

    static let defaultName = "Imported results"

    /// - Returns: the run, and whether it began here.
    static func find(_ draft: Draft, _ tx: Transaction) throws -> (id: ID<Execution>, created: Bool) {
        if let key = draft.runKey {
            let row = try tx.first(
                """
                SELECT execution_id FROM import_runs
                WHERE project_id = \(draft.project.id) AND run_key_sha256 = \(SQLValue.bytes(sha256(key)))
                """)
            if let row { return (try row.id("execution_id"), false) }
        }
        return (try insert(draft, tx), true)
    }

    private static func insert(_ draft: Draft, _ tx: Transaction) throws -> ID<Execution> {
        let id = ID<Execution>(at: tx.now)
        let number = try StartExecution.nextNumber(draft.project.id, tx)
        let name = ImportedTest.short(draft.name ?? draft.suite?.name ?? defaultName)
        let starter = UUIDv7(draft.startedBy.id)
        try tx.execute(
            """
            INSERT INTO executions (id, project_id, project_key, number, kind, root_id, definition_id, definition_key, name,
              status, environment, branch, commit_id, started_by, created_at)
            VALUES (\(id), \(draft.project.id), \(draft.project.key), \(number), 'import', \(id), \(draft.suite?.id),
              \(draft.suite?.key), \(name), 'pending', \(draft.environment.cut(codePoints: 63)),
              \(draft.branch.cut(codePoints: 255)), \(draft.commit.cut(codePoints: 64)), \(starter), \(tx.now))
            """)
        var request = FrozenRequest(startedBy: draft.startedBy)
        request.revision = FrozenRequest.Revision(
            commit: draft.commit.isEmpty ? nil : draft.commit, branch: draft.branch.isEmpty ? nil : draft.branch,
            url: draft.url)
        if !draft.environment.isEmpty {
            request.environment = FrozenRequest.Environment(name: draft.environment, variables: [:])
        }
        try RequestStore.write(request, of: id, tx)
        try tx.execute(
            """
            INSERT INTO import_runs (execution_id, project_id, run_key_sha256, run_key, allow_empty)
            VALUES (\(id), \(draft.project.id), \(draft.runKey.map { SQLValue.bytes(sha256($0)) } ?? .null),
              \(draft.runKey?.cut(codePoints: 255)), \(draft.allowEmpty))
            """)
        var row = ExecutionRow(
            inserted: id, project: draft.project.id, projectKey: draft.project.key, number: number, kind: .import,
            root: id, priority: .normal, name: name, at: tx.now)
        var journal = Journal()
        let body: [String: JSONValue] = [
            "from": .null, "to": "pending", "name": .string(name), "kind": "import",
            "number": .integer(Int64(number)), "priority": "normal",
        ]
        journal.add([EventDraft(.executionQueued, body, actor: starter)], to: &row, at: tx.now)
        try ExecutionWriter.apply(
            .started, to: &row, .init(startedAt: draft.startedAt, actor: starter), &journal, tx)
        try journal.write(tx)
        return id
    }
}
