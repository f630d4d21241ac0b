import CMariaDB
import Domain

/// The buffers into which libmariadb decodes the rows of one prepared statement.
final class ResultReader {
    /// How a column is fetched, and what it becomes.
    enum Kind: Equatable {
        case integer(isUnsigned: Bool), double, time, text, bytes

        init(_ field: MYSQL_FIELD) {
            switch field.type {
            case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_LONG, MYSQL_TYPE_INT24, MYSQL_TYPE_LONGLONG,
                MYSQL_TYPE_YEAR:
                self = .integer(isUnsigned: field.flags & UInt32(UNSIGNED_FLAG) != 0)
            case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: self = .double
            case MYSQL_TYPE_DATETIME, MYSQL_TYPE_TIMESTAMP: self = .time
            case MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_BLOB, MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB,
                MYSQL_TYPE_STRING, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_VARCHAR, MYSQL_TYPE_BIT:
                // Character set 63 is "binary".
                self = field.charsetnr == 63 ? .bytes : .text
            default: self = .text
            }
        }
    }

    /// Longer texts are fetched a second time into a buffer of their own size.
    private static let cellBytes = 256

    let columns: Columns
    let kinds: [Kind]
    private let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let cells: UnsafeMutableRawPointer
    private let lengths: UnsafeMutablePointer<UInt>
    private let nulls: UnsafeMutablePointer<CChar>

    init(fields: UnsafeBufferPointer<MYSQL_FIELD>) {
        columns = Columns(
            names: fields.map { field in
                guard let name = field.name else { return "" }
                return String(
                    decoding: UnsafeRawBufferPointer(start: name, count: Int(field.name_length)), as: UTF8.self)
            })
        kinds = fields.map { Kind($0) }
        let count = max(fields.count, 1)
        binds = .allocate(capacity: count)
        binds.initialize(repeating: MYSQL_BIND(), count: count)
        cells = .allocate(byteCount: count * Self.cellBytes, alignment: 16)
        lengths = .allocate(capacity: count)
        lengths.initialize(repeating: 0, count: count)
        nulls = .allocate(capacity: count)
        nulls.initialize(repeating: 0, count: count)
        for (index, kind) in kinds.enumerated() { binds[index] = bind(kind, index) }
    }

    deinit {
        binds.deallocate()
        cells.deallocate()
        lengths.deallocate()
        nulls.deallocate()
    }

    private func bind(_ kind: Kind, _ index: Int) -> MYSQL_BIND {
        var bind = MYSQL_BIND()
        bind.buffer = cells + index * Self.cellBytes
        bind.buffer_length = UInt(Self.cellBytes)
        bind.length = lengths + index
        bind.is_null = nulls + index
        switch kind {
        case .integer(let isUnsigned):
            bind.buffer_type = MYSQL_TYPE_LONGLONG
            bind.is_unsigned = isUnsigned ? 1 : 0
        case .double: bind.buffer_type = MYSQL_TYPE_DOUBLE
        case .time: bind.buffer_type = MYSQL_TYPE_DATETIME
        case .text, .bytes: bind.buffer_type = MYSQL_TYPE_STRING
        }
        return bind
    }

    /// Whether the buffers still fit what the statement answers: DDL may have changed its columns.
    func fits(_ fields: UnsafeBufferPointer<MYSQL_FIELD>) -> Bool {
        fields.count == kinds.count && zip(fields, kinds).allSatisfy { Kind($0) == $1 }
    }

    /// Binds the buffers to `statement`; false when libmariadb refuses.
    func attach(to statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
        mysql_stmt_bind_result(statement, binds) == 0
    }

    /// The row that `mysql_stmt_fetch` has just put into the buffers; nil when a long column cannot be fetched.
    func row(of statement: UnsafeMutablePointer<MYSQL_STMT>) -> Row? {
        var values: [SQLValue] = []
        values.reserveCapacity(kinds.count)
        for (index, kind) in kinds.enumerated() {
            guard let value = value(kind, index, statement) else { return nil }
            values.append(value)
        }
        return Row(columns: columns, values: values)
    }

    private func value(_ kind: Kind, _ index: Int, _ statement: UnsafeMutablePointer<MYSQL_STMT>) -> SQLValue? {
        guard nulls[index] == 0 else { return .null }
        let cell = UnsafeRawPointer(cells + index * Self.cellBytes)
        switch kind {
        case .integer(isUnsigned: false): return .integer(cell.load(as: Int64.self))
        case .integer(isUnsigned: true):
            let number = cell.load(as: UInt64.self)
            return Int64(exactly: number).map { .integer($0) } ?? .unsigned(number)
        case .double: return .double(cell.load(as: Double.self))
        case .time: return cell.load(as: MYSQL_TIME.self).timestamp.map { .time($0) } ?? .null
        case .text:
            return withCell(index, statement) { .text(String(decoding: $0, as: UTF8.self)) }
        case .bytes:
            return withCell(index, statement) { .bytes(Array($0)) }
        }
    }

    private func withCell(
        _ index: Int, _ statement: UnsafeMutablePointer<MYSQL_STMT>, _ decode: (UnsafeRawBufferPointer) -> SQLValue
    ) -> SQLValue? {
        let length = Int(clamping: lengths[index])
        if length <= Self.cellBytes {
            return decode(UnsafeRawBufferPointer(start: cells + index * Self.cellBytes, count: length))
        }
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: length, alignment: 1)
        defer { buffer.deallocate() }
        var isNull: CChar = 0
        var fetched: UInt = 0
        return withUnsafeMutablePointer(to: &isNull) { isNull in
            withUnsafeMutablePointer(to: &fetched) { fetched in
                var bind = MYSQL_BIND()
                bind.buffer_type = MYSQL_TYPE_STRING
                bind.buffer = buffer
                bind.buffer_length = UInt(length)
                bind.length = fetched
                bind.is_null = isNull
                guard mysql_stmt_fetch_column(statement, &bind, UInt32(index), 0) == 0 else { return nil }
                return decode(UnsafeRawBufferPointer(start: buffer, count: length))
            }
        }
    }
}
