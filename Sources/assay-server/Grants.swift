import MariaDB

/// The rights of the roles' database user: rows, never tables; the audit log can only grow.
struct Grants {
    let user: String

    private static let appendOnly: Set<String> = ["audit_log"]
    private static let readOnly: Set<String> = ["schema_migrations"]

    func give(on connection: Connection) throws(DatabaseError) {
        let tables = try connection.executeRaw(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'"
        )
        guard let name = user.wholeMatchOfIdentifier else { throw .unavailable("odd name of the database user") }
        for table in tables.compactMap({ $0.first ?? nil }) {
            try connection.executeRaw("GRANT \(rights(on: table)) ON `\(table)` TO '\(name)'@'localhost'")
        }
    }

    private func rights(on table: String) -> String {
        if Grants.appendOnly.contains(table) { return "SELECT, INSERT" }
        if Grants.readOnly.contains(table) { return "SELECT" }
        return "SELECT, INSERT, UPDATE, DELETE"
    }
}

extension String {
    /// Itself, when it holds only letters, digits and underscores, so that it may stand in a statement.
    fileprivate var wholeMatchOfIdentifier: String? {
        !isEmpty && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") } ? self : nil
    }
}
