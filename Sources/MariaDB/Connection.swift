import CMariaDB
import Domain
import Glibc

/// One session at the database. Calls block; one thread at a time.
package final class Connection {
    private let mysql: UnsafeMutablePointer<MYSQL>
    private var cache: StatementCache
    /// Set once the session is gone; the pool then opens another.
    private(set) var isBroken = false
    /// The first AUTO_INCREMENT value made by the last `execute`; 0 when none.
    package private(set) var lastInsertID = 0

    /// Connects and sets up the session. Blocks up to `connectSeconds`.
    /// - Throws: `.unavailable` with the server's reason.
    package init(_ settings: DatabaseSettings, cachedStatements: Int = 200) throws(DatabaseError) {
        try ClientLibrary.enter()
        guard let mysql = mysql_init(nil) else { throw .unavailable("out of memory") }
        self.mysql = mysql
        cache = StatementCache(capacity: cachedStatements)
        configure(settings)
        let flags = UInt(CLIENT_FOUND_ROWS)
        let opened = mysql_real_connect(
            mysql, settings.socketPath == nil ? settings.host ?? "127.0.0.1" : nil, settings.user, settings.password,
            settings.database.isEmpty ? nil : settings.database, UInt32(clamping: settings.port), settings.socketPath,
            flags)
        guard opened != nil else { throw .unavailable(message) }
        // Texts are literals of this program: only `begin` uses two in one.
        guard mysql_set_server_option(mysql, MYSQL_OPTION_MULTI_STATEMENTS_ON) == 0 else { throw .unavailable(message) }
        for statement in settings.sessionStatements { try executeRaw(statement) }
    }

    deinit {
        cache.removeAll()
        mysql_close(mysql)
    }

    private func configure(_ settings: DatabaseSettings) {
        var connectSeconds = UInt32(clamping: settings.connectSeconds)
        mysql_options(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &connectSeconds)
        mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        // A half-open connection must not block its thread for ever; the server's own limit comes first.
        if settings.maxStatementSeconds > 0 {
            var readSeconds = UInt32(clamping: settings.maxStatementSeconds + 20)
            mysql_options(mysql, MYSQL_OPT_READ_TIMEOUT, &readSeconds)
            mysql_options(mysql, MYSQL_OPT_WRITE_TIMEOUT, &readSeconds)
        }
    }

    /// Every row that `sql` answers.
    package func query(_ sql: SQL) throws(DatabaseError) -> [Row] {
        try withStatement(sql) { statement throws(DatabaseError) in try statement.rows() }
    }

    /// The first row that `sql` answers; write `LIMIT 1` when there may be many.
    package func first(_ sql: SQL) throws(DatabaseError) -> Row? { try query(sql).first }

    /// Runs a write; answers the rows found, also those that held the new values already.
    @discardableResult
    package func execute(_ sql: SQL) throws(DatabaseError) -> Int {
        try withStatement(sql) { statement throws(DatabaseError) in
            lastInsertID = Int(clamping: statement.insertID)
            return statement.affected()
        }
    }

    private func withStatement<R>(
        _ sql: SQL, _ finish: (Statement) throws(DatabaseError) -> R
    ) throws(DatabaseError) -> R {
        try retryingOnce(sql.text) { statement throws(DatabaseError) in
            try statement.run(sql.values)
            return try finish(statement)
        }
    }

    /// Runs `statement` once for each row by array binding, in chunks. Answers the sum of the rows found.
    ///
    /// A failing row leaves those before it: call it inside a transaction. All rows must be equally long.
    @discardableResult
    package func bulk(_ statement: StaticString, rows: [[SQLValue]]) throws(DatabaseError) -> Int {
        let text = statement.description
        var sum = 0
        for chunk in BulkChunks(rows) {
            sum += try retryingOnce(text, isBulk: true) { statement throws(DatabaseError) in
                try statement.run(BulkColumns(chunk))
                return statement.affected()
            }
        }
        return sum
    }

    /// A statement the server has forgotten, or has no room for, was not run: prepare it again, once.
    private func retryingOnce<R>(
        _ text: String, isBulk: Bool = false, _ body: (Statement) throws(DatabaseError) -> R
    ) throws(DatabaseError) -> R {
        do {
            return try prepared(text, isBulk, body)
        } catch .statement(let code, _) where code == unknownStatement || code == needsPrepare || code == noPrepared {
            cache.remove(key(text, isBulk))
        } catch .statement(otherColumns, _) where text.hasPrefix("SELECT") {
            // DDL has changed what `SELECT *` answers. It did run, which only a SELECT may do twice.
            cache.remove(key(text, isBulk))
        } catch .statement(tooManyStatements, _) {
            cache.removeAll()
        }
        return try prepared(text, isBulk, body)
    }

    private func prepared<R>(
        _ text: String, _ isBulk: Bool, _ body: (Statement) throws(DatabaseError) -> R
    ) throws(DatabaseError) -> R {
        guard !isBroken else { throw .connectionLost }
        try ClientLibrary.enter()
        do {
            return try body(try cache.statement(key(text, isBulk), on: mysql))
        } catch {
            if error == .connectionLost { isBroken = true }
            throw error
        }
    }

    /// Array binding changes a statement for good, so it gets one of its own.
    private func key(_ text: String, _ isBulk: Bool) -> String { isBulk ? text + " " : text }

    /// Runs a text that is not known at compile time, unprepared: migrations, set-up of tests, BEGIN and COMMIT.
    ///
    /// Answers the rows as text, nil for NULL.
    @discardableResult
    package func executeRaw(_ text: String) throws(DatabaseError) -> [[String?]] {
        guard !isBroken else { throw .connectionLost }
        try ClientLibrary.enter()
        var text = text
        let result = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { mysql_real_query(mysql, $0.baseAddress, UInt($0.count)) }
        }
        guard result == 0 else {
            let error = DatabaseError(code: Int(mysql_errno(mysql)), message: message)
            if error == .connectionLost { isBroken = true }
            throw error
        }
        return textRows()
    }

    /// Begins a transaction and answers the database's clock, in one round trip.
    func begin() throws(DatabaseError) -> Timestamp {
        try executeRaw("BEGIN; SELECT UTC_TIMESTAMP(3)")
        var now: Timestamp?
        while mysql_next_result(mysql) == 0 {
            let text = textRows().first?.first ?? nil
            now = text.flatMap { Timestamp($0.replacingSpace() + "Z") } ?? now
        }
        guard let now else {
            isBroken = true
            throw .connectionLost
        }
        return now
    }

    private func textRows() -> [[String?]] {
        guard let answer = mysql_store_result(mysql) else { return [] }
        defer { mysql_free_result(answer) }
        var rows: [[String?]] = []
        while let row = mysql_fetch_row(answer), let lengths = mysql_fetch_lengths(answer) {
            rows.append(
                (0..<Int(mysql_num_fields(answer))).map { column in
                    row[column].map { text in
                        String(
                            decoding: UnsafeRawBufferPointer(start: text, count: Int(lengths[column])), as: UTF8.self)
                    }
                })
        }
        return rows
    }

    private var message: String { mysql_error(mysql).map { String(cString: $0) } ?? "" }
}

extension Connection {
    /// The server's number of this session, as `KILL` takes it.
    package var serverID: Int { Int(mysql_thread_id(mysql)) }

    /// How many prepared statements are kept.
    package var cachedStatementCount: Int { cache.count }

    /// Whether a transaction is open.
    var isInTransaction: Bool { mysql.pointee.server_status & UInt32(SERVER_STATUS_IN_TRANS) != 0 }

    /// Whether the server has closed its end: an idle session has nothing to read. Costs one `poll`.
    var isStale: Bool {
        var descriptor = pollfd(fd: Int32(mysql_get_socket(mysql)), events: Int16(POLLIN), revents: 0)
        return isBroken || poll(&descriptor, 1, 0) != 0
    }

    /// Asks the server; false when the session is gone.
    func answersPing() -> Bool { !isBroken && mysql_ping(mysql) == 0 }
}

extension String {
    /// `2026-11-24 23:00:00.123` with the `T` between date and time that the parser of instants wants.
    fileprivate func replacingSpace() -> String { String(map { $0 == " " ? "T" : $0 }) }
}

private let unknownStatement = 1243
private let needsPrepare = 1615
private let noPrepared = 2030
private let otherColumns = 2057
private let tooManyStatements = 1461
