import CMariaDB
import Domain

/// Rows turned into columns, as array binding wants them; lives as long as the execution.
final class BulkColumns {
    let columnCount: Int
    let rowCount: Int
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private var blocks: [UnsafeMutableRawPointer] = []

    /// `rows` must not be empty; a row that is too short is filled up with NULL.
    init(_ rows: ArraySlice<[SQLValue]>) {
        rowCount = rows.count
        columnCount = rows.first?.count ?? 0
        let count = max(columnCount, 1)
        binds = .allocate(capacity: count)
        binds.initialize(repeating: MYSQL_BIND(), count: count)
        for column in 0..<columnCount {
            binds[column] = bind(rows.map { $0.indices.contains(column) ? $0[column] : .null })
        }
    }

    deinit {
        binds.deallocate()
        for block in blocks { block.deallocate() }
    }

    /// One C type serves a whole column: integers, doubles, or else the text or bytes of each value.
    private func bind(_ column: [SQLValue]) -> MYSQL_BIND {
        let indicators = block(of: CChar.self)
        for (row, value) in column.enumerated() {
            indicators[row] = CChar(value == .null ? STMT_INDICATOR_NULL.rawValue : STMT_INDICATOR_NONE.rawValue)
        }
        let kinds = Set(column.lazy.compactMap(Kind.init))
        var bind =
            switch kinds {
            case [.integer]: integers(column, isUnsigned: false)
            case [.unsigned]: integers(column, isUnsigned: true)
            case [.double], [.double, .integer]: doubles(column)
            default: strings(column, isBinary: kinds == [.bytes])
            }
        bind.u.indicator = indicators
        return bind
    }

    private enum Kind: Hashable {
        case integer, unsigned, double, text, bytes

        init?(_ value: SQLValue) {
            switch value {
            case .null: return nil
            case .integer: self = .integer
            case .unsigned: self = .unsigned
            case .double: self = .double
            case .text, .time: self = .text
            case .bytes: self = .bytes
            }
        }
    }

    private func integers(_ column: [SQLValue], isUnsigned: Bool) -> MYSQL_BIND {
        let numbers = block(of: UInt64.self)
        for (row, value) in column.enumerated() {
            switch value {
            case .integer(let number): numbers[row] = UInt64(bitPattern: number)
            case .unsigned(let number): numbers[row] = number
            default: numbers[row] = 0
            }
        }
        var bind = MYSQL_BIND()
        bind.buffer_type = MYSQL_TYPE_LONGLONG
        bind.is_unsigned = isUnsigned ? 1 : 0
        bind.buffer = UnsafeMutableRawPointer(numbers)
        return bind
    }

    private func doubles(_ column: [SQLValue]) -> MYSQL_BIND {
        let numbers = block(of: Double.self)
        for (row, value) in column.enumerated() {
            switch value {
            case .double(let number): numbers[row] = number
            case .integer(let number): numbers[row] = Double(number)
            default: numbers[row] = 0
            }
        }
        var bind = MYSQL_BIND()
        bind.buffer_type = MYSQL_TYPE_DOUBLE
        bind.buffer = UnsafeMutableRawPointer(numbers)
        return bind
    }

    private func strings(_ column: [SQLValue], isBinary: Bool) -> MYSQL_BIND {
        let texts = column.map(\.asText)
        let bytes = block(of: UInt8.self, count: texts.reduce(0) { $0 + $1.byteCount })
        let places = block(of: UnsafeMutablePointer<UInt8>.self)
        let lengths = block(of: UInt.self)
        var used = 0
        for (row, text) in texts.enumerated() {
            text.copyBytes(to: bytes + used)
            places[row] = bytes + used
            lengths[row] = UInt(text.byteCount)
            used += text.byteCount
        }
        var bind = MYSQL_BIND()
        bind.buffer_type = isBinary ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING
        bind.buffer = UnsafeMutableRawPointer(places)
        bind.length = lengths
        return bind
    }

    private func block<T>(of type: T.Type, count: Int? = nil) -> UnsafeMutablePointer<T> {
        let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(count ?? rowCount, 1))
        blocks.append(UnsafeMutableRawPointer(pointer))
        return pointer
    }
}

extension SQLValue {
    /// The value as text or bytes, for a column of mixed kinds.
    fileprivate var asText: SQLValue {
        switch self {
        case .null, .text, .bytes: self
        case .integer(let number): .text(String(number))
        case .unsigned(let number): .text(String(number))
        case .double(let number): .text(String(number))
        case .time(let instant): .text(instant.sqlText)
        }
    }
}
