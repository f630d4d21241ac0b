package import Domain
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
    package func audit(_ action: String, _ kind: String, _ id: some CustomStringConvertible) throws {
        let entry = AuditEntry(action, kind, id.description, project: context.project)
        try services.pool.transaction { try Audit.record($0, entry, by: caller) }
    }
}
