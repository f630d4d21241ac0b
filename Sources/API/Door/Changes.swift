package import Domain
package import Executions
import Identity
package import MariaDB

extension Call {
    /// Runs a feature's change and its line in the audit log in one transaction.
    package func change<R>(_ body: (Transaction) throws -> (R, AuditEntry)) throws -> R {
        try services.pool.transaction { tx in
            let (result, entry) = try body(tx)
            try Audit.record(tx, entry, by: caller)
            return result
        }
    }

    /// A line in the audit log for a change that its feature has committed.
    package func audit(
        _ action: String, _ kind: String, _ id: some CustomStringConvertible, _ after: JSONValue? = nil
    ) throws {
        let entry = AuditEntry(action, kind, id.description, project: context.project?.id, after: after)
        try services.pool.transaction { try Audit.record($0, entry, by: caller) }
    }

    /// The same for a change of an execution, in its transaction.
    package func auditing(_ action: String, after: JSONValue? = nil) -> Alongside {
        { [caller, project = context.project?.id] tx, id in
            let entry = AuditEntry(action, "execution", id.description, project: project, after: after)
            try Audit.record(tx, entry, by: caller)
        }
    }
}
