import Domain
import MariaDB
import Synchronization

/// Frozen requests of runs and versions of definitions, which never change, kept by id: a child of a suite of
/// thousands is not read and decoded anew with all that it shares with the others.
final class FrozenCache: Sendable {
    /// Entries of each kind; a full shelf is cleared, as the working set is small.
    static let limit = 512

    private struct Version: Hashable {
        let id: ID<TestCase>
        let number: Int
    }

    private struct Shelf {
        var roots: [ID<Execution>: (request: FrozenRequest, secrets: [String])] = [:]
        var definitions: [Version: (definition: CaseDefinition, secrets: [String])] = [:]
    }

    private let shelf = Mutex(Shelf())

    /// The work of each execution; none for one whose request or definition is gone or cannot be read.
    func work(of executions: [ExecutionRow], _ tx: Transaction) throws -> [ID<Execution>: FrozenWork] {
        guard !executions.isEmpty else { return [:] }
        let own = try requests(executions.map(\.id), tx)
        for root in Set(executions.map(\.root)) { try readRoot(root, own, tx) }
        var work: [ID<Execution>: FrozenWork] = [:]
        for execution in executions {
            guard let one = own[execution.id]?.case, let definition = try definition(of: one, tx),
                let root = shelf.withLock({ $0.roots[execution.root] })
            else { continue }
            work[execution.id] = FrozenWork(
                definition: definition.definition, root: root.request, timeoutMs: root.request.timeoutMs(of: one),
                secretNames: definition.secrets + root.secrets.filter { !definition.secrets.contains($0) })
        }
        return work
    }

    private func requests(_ ids: [ID<Execution>], _ tx: Transaction) throws -> [ID<Execution>: FrozenRequest] {
        let rows = try tx.query(
            "SELECT execution_id, request FROM execution_requests WHERE execution_id IN (\(list: ids.sorted()))")
        var requests: [ID<Execution>: FrozenRequest] = [:]
        for row in rows {
            // One that cannot be read is as good as gone: its execution is aborted, the others go on.
            requests[try row.id("execution_id")] = try? jsonDecoded(FrozenRequest.self, try row.text("request"))
        }
        return requests
    }

    private func readRoot(_ root: ID<Execution>, _ own: [ID<Execution>: FrozenRequest], _ tx: Transaction) throws {
        guard shelf.withLock({ $0.roots[root] == nil }) else { return }
        guard let request = try own[root] ?? requests([root], tx)[root] else { return }
        let secrets = secretNames(in: [try jsonText(request)])
        shelf.withLock { shelf in
            if shelf.roots.count >= Self.limit { shelf.roots = [:] }
            shelf.roots[root] = (request, secrets)
        }
    }

    private func definition(
        of one: FrozenRequest.Case, _ tx: Transaction
    ) throws -> (definition: CaseDefinition, secrets: [String])? {
        let version = Version(id: one.id, number: one.version)
        if let known = shelf.withLock({ $0.definitions[version] }) { return known }
        let row = try tx.first(
            "SELECT definition FROM test_case_versions WHERE definition_id = \(one.id) AND version = \(one.version)")
        guard let text = try row?.text("definition"), let definition = try? jsonDecoded(CaseDefinition.self, text)
        else { return nil }
        let fresh = (definition: definition, secrets: secretNames(in: [text]))
        shelf.withLock { shelf in
            if shelf.definitions.count >= Self.limit { shelf.definitions = [:] }
            shelf.definitions[version] = fresh
        }
        return fresh
    }
}
