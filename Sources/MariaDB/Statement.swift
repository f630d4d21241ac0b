import CMariaDB

/// One prepared statement of one connection.
final class Statement {
    private let handle: UnsafeMutablePointer<MYSQL_STMT>
    private var reader: ResultReader?
    /// When it ran last, on the clock of its cache.
    var lastUse: UInt64 = 0

    init(_ text: String, on mysql: UnsafeMutablePointer<MYSQL>) throws(DatabaseError) {
        guard let handle = mysql_stmt_init(mysql) else { throw .unavailable("out of memory") }
        self.handle = handle
        var text = text
        let result = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { mysql_stmt_prepare(handle, $0.baseAddress, UInt($0.count)) }
        }
        if result != 0 { throw failure() }
    }

    deinit { mysql_stmt_close(handle) }

    /// Binds `values` and runs the statement; the outcome is then read by `rows` or `affected`.
    func run(_ values: [SQLValue]) throws(DatabaseError) {
        guard values.count == Int(mysql_stmt_param_count(handle)) else {
            throw misfit(values.count)
        }
        let parameters = Parameters(values)
        defer { withExtendedLifetime(parameters) {} }
        if !values.isEmpty, mysql_stmt_bind_param(handle, parameters.binds) != 0 { throw failure() }
        if mysql_stmt_execute(handle) != 0 { throw failure() }
    }

    /// Binds whole columns and runs the statement once for each row of them.
    func run(_ columns: BulkColumns) throws(DatabaseError) {
        guard columns.columnCount == Int(mysql_stmt_param_count(handle)) else {
            throw misfit(columns.columnCount)
        }
        defer { withExtendedLifetime(columns) {} }
        var rowCount = UInt32(clamping: columns.rowCount)
        guard mysql_stmt_attr_set(handle, STMT_ATTR_ARRAY_SIZE, &rowCount) == 0,
            mysql_stmt_bind_param(handle, columns.binds) == 0, mysql_stmt_execute(handle) == 0
        else { throw failure() }
    }

    /// Every row of the result; empty for a statement that answers none.
    func rows() throws(DatabaseError) -> [Row] {
        defer { mysql_stmt_free_result(handle) }
        let count = Int(mysql_stmt_field_count(handle))
        guard count > 0, let fields = mariadb_stmt_fetch_fields(handle) else { return [] }
        let reader = reader(for: UnsafeBufferPointer(start: fields, count: count))
        guard reader.attach(to: handle), mysql_stmt_store_result(handle) == 0 else { throw failure() }
        var rows: [Row] = []
        rows.reserveCapacity(Int(clamping: mysql_stmt_num_rows(handle)))
        while true {
            switch mysql_stmt_fetch(handle) {
            case 0, MYSQL_DATA_TRUNCATED:
                guard let row = reader.row(of: handle) else { throw failure() }
                rows.append(row)
            case MYSQL_NO_DATA: return rows
            default: throw failure()
            }
        }
    }

    private func reader(for fields: UnsafeBufferPointer<MYSQL_FIELD>) -> ResultReader {
        if let reader, reader.fits(fields) { return reader }
        let fresh = ResultReader(fields: fields)
        reader = fresh
        return fresh
    }

    /// Rows found by a write (with equal values too); drops the rows of a statement that answered some.
    func affected() -> Int {
        defer { mysql_stmt_free_result(handle) }
        guard mysql_stmt_field_count(handle) == 0 else { return 0 }
        return Int(clamping: mysql_stmt_affected_rows(handle))
    }

    /// The first AUTO_INCREMENT value that the last run made; 0 when none.
    var insertID: UInt64 { mysql_stmt_insert_id(handle) }

    private func failure() -> DatabaseError {
        let message = mysql_stmt_error(handle).map { String(cString: $0) } ?? ""
        return DatabaseError(code: Int(mysql_stmt_errno(handle)), message: message)
    }

    private func misfit(_ count: Int) -> DatabaseError {
        .statement(code: 0, message: "\(count) values for \(mysql_stmt_param_count(handle)) places")
    }
}
