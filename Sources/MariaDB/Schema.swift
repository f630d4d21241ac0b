extension Connection {
    /// Creates the schema `name` if it is missing, with the character set that every table takes over.
    ///
    /// Backticks are left out of the name. Connect with an empty `database` first.
    package func createDatabase(_ name: String) throws(DatabaseError) {
        try executeRaw(
            "CREATE DATABASE IF NOT EXISTS \(quoted(name)) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    }

    /// Drops the schema `name` with all it holds, if it is there.
    package func dropDatabase(_ name: String) throws(DatabaseError) {
        try executeRaw("DROP DATABASE IF EXISTS \(quoted(name))")
    }

    private func quoted(_ name: String) -> String { "`" + name.filter { $0 != "`" } + "`" }
}
