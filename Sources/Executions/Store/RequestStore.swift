import Domain
import MariaDB

/// The frozen request of an execution, and apart from it the case list of a suite, which may be long.
enum RequestStore {
    /// The execution's own request, and its root's (the same for a root).
    static func read(
        _ execution: ExecutionRow, _ database: some Queries
    ) throws -> (own: FrozenRequest, root: FrozenRequest) {
        let own = try read(execution.id, database)
        return (own, execution.root == execution.id ? own : try read(execution.root, database))
    }

    /// Without the cases of a suite.
    static func read(_ id: ID<Execution>, _ database: some Queries) throws -> FrozenRequest {
        guard
            let row = try database.query("SELECT request FROM execution_requests WHERE execution_id = \(id)").first
        else { throw ExecutionFault.notFound }
        return try jsonDecoded(FrozenRequest.self, try row.text("request"))
    }

    /// The cases of a suite in order.
    static func cases(of id: ID<Execution>, _ database: some Queries) throws -> [FrozenRequest.Case] {
        guard let row = try database.query("SELECT cases FROM execution_requests WHERE execution_id = \(id)").first
        else { throw ExecutionFault.notFound }
        return try row.textOrNil("cases").map { try jsonDecoded([FrozenRequest.Case].self, $0) } ?? []
    }

    static func write(_ request: FrozenRequest, of id: ID<Execution>, _ tx: Transaction) throws {
        var short = request
        short.suite?.cases = []
        let cases = try request.suite.map { try jsonText($0.cases) }
        try tx.execute(
            "INSERT INTO execution_requests (execution_id, request, cases) VALUES (\(id), \(try jsonText(short)), \(cases))"
        )
    }
}
