package import Domain

/// How to reach the database, and the limits of one session.
package struct DatabaseSettings: Sendable, Equatable {
    /// A unix socket; when set, `host` and `port` are not used.
    package var socketPath: String?
    package var host: String?
    package var port: Int
    package var user: String
    package var password: String
    /// The schema; empty selects none.
    package var database: String
    /// `max_statement_time`; 0 means no limit (migrations).
    package var maxStatementSeconds: Int
    /// `innodb_lock_wait_timeout`.
    package var lockWaitSeconds: Int
    /// `idle_write_transaction_timeout`: a stopped process gives up its row locks after this.
    package var idleTransactionSeconds: Int
    /// How long connecting may take.
    package var connectSeconds: Int
    /// Stops the session's clock, and so `Transaction.now`, at an instant. For tests.
    package var fixedTime: Timestamp?

    /// Everything has a default that suits development.
    package init(
        socketPath: String? = nil, host: String? = nil, port: Int = 3306, user: String = "assay", password: String = "",
        database: String = "assay", maxStatementSeconds: Int = 5, lockWaitSeconds: Int = 3,
        idleTransactionSeconds: Int = 5, connectSeconds: Int = 5, fixedTime: Timestamp? = nil
    ) {
        self.socketPath = socketPath
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.database = database
        self.maxStatementSeconds = maxStatementSeconds
        self.lockWaitSeconds = lockWaitSeconds
        self.idleTransactionSeconds = idleTransactionSeconds
        self.connectSeconds = connectSeconds
        self.fixedTime = fixedTime
    }
}

extension DatabaseSettings {
    /// The statements a fresh connection runs. READ COMMITTED and the time-outs carry the locking rules: no gap locks,
    /// and nobody keeps a row lock for longer than a few seconds.
    var sessionStatements: [String] {
        let mode = "STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
        let fixed = fixedTime.map { "SET SESSION timestamp = \($0.milliseconds / 1000).\(thousandths($0))" }
        return [
            "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
            """
            SET SESSION time_zone = '+00:00', sql_mode = '\(mode)', innodb_lock_wait_timeout = \(lockWaitSeconds), \
            lock_wait_timeout = 5, idle_write_transaction_timeout = \(idleTransactionSeconds), \
            max_statement_time = \(maxStatementSeconds)
            """,
        ] + [fixed].compactMap { $0 }
    }

    private func thousandths(_ time: Timestamp) -> String {
        String(String(1000 + abs(time.milliseconds % 1000)).dropFirst())
    }
}
