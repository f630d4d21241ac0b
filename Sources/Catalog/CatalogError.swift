package import Domain
package import MariaDB

/// Why a catalog use case did not do what it was asked.
package enum CatalogError: Error, Equatable, Sendable {
    /// Unknown, deleted, or of another project.
    case notFound
    /// Every fault of the document, with pointers into it.
    case invalid([FieldFault])
    /// The state forbids it; the text says why.
    case conflict(String)
    /// `If-Match` named another version than the current one.
    case versionMismatch(current: Int)
}

/// Writes a line of the audit log in the transaction of the change; the program binds it to `Audit.record`.
package typealias AuditSink = @Sendable (Transaction, AuditEntry, Caller) throws -> Void
