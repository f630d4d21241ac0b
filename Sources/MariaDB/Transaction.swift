package import Domain

/// An open transaction. One thread; not to be kept after the body returns.
package final class Transaction {
    /// UTC by the database's clock, read once at BEGIN: what every row of this transaction is stamped with.
    package let now: Timestamp
    private let connection: Connection
    private var doom: DatabaseError?
    private var commitActions: [() -> Void] = []

    init(on connection: Connection) throws(DatabaseError) {
        self.connection = connection
        now = try connection.begin()
    }

    /// Every row that `sql` answers.
    package func query(_ sql: SQL) throws(DatabaseError) -> [Row] {
        try watched { () throws(DatabaseError) in try connection.query(sql) }
    }

    /// The first row that `sql` answers; write `LIMIT 1` when there may be many.
    package func first(_ sql: SQL) throws(DatabaseError) -> Row? { try query(sql).first }

    /// Runs a write; answers the rows found, also those that held the new values already.
    @discardableResult
    package func execute(_ sql: SQL) throws(DatabaseError) -> Int {
        try watched { () throws(DatabaseError) in try connection.execute(sql) }
    }

    /// Runs `statement` once for each row by array binding; answers the sum of the rows found.
    @discardableResult
    package func bulk(_ statement: StaticString, rows: [[SQLValue]]) throws(DatabaseError) -> Int {
        try watched { () throws(DatabaseError) in try connection.bulk(statement, rows: rows) }
    }

    /// The first AUTO_INCREMENT value made by the last `execute`; 0 when none.
    package var lastInsertID: Int { connection.lastInsertID }

    /// Runs `action` on this thread once COMMIT has succeeded and the connection is back in the pool.
    ///
    /// Not run after a rollback, and not when the outcome is unknown; a retried body registers anew.
    package func afterCommit(_ action: @escaping () -> Void) { commitActions.append(action) }

    /// After a deadlock or time-out the server has undone all or a part: a body that swallowed the error must not go
    /// on, or it would commit half a transition.
    private func watched<R>(_ statement: () throws(DatabaseError) -> R) throws(DatabaseError) -> R {
        if let doom { throw doom }
        do {
            return try statement()
        } catch {
            if error.dooms { doom = error }
            throw error
        }
    }

    /// Ends the transaction; answers what is to be run afterwards.
    func commit() throws(DatabaseError) -> [() -> Void] {
        if let doom { throw doom }
        do {
            try connection.executeRaw("COMMIT")
        } catch .connectionLost {
            throw .commitUnknown
        }
        return commitActions
    }

    func rollBack() {
        // A session that cannot roll back is broken, and the server rolls back when it ends.
        _ = try? connection.executeRaw("ROLLBACK")
    }
}
