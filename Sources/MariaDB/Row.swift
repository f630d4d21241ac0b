package import Domain

/// One row of a result; columns are read by name.
///
/// A wrong name, a NULL where a value is asked for, or a value of another shape throws `.decoding(column:)`.
package struct Row: Sendable {
    let columns: Columns
    let values: [SQLValue]

    /// The value as it arrived; nil when there is no such column.
    package subscript(column: String) -> SQLValue? {
        guard let index = columns.index[column], values.indices.contains(index) else { return nil }
        return values[index]
    }

    /// Column names in the order of the result.
    package var columnNames: [String] { columns.names }
}

/// The column names of a result, shared by its rows.
final class Columns: Sendable {
    let names: [String]
    let index: [String: Int]

    init(names: [String]) {
        self.names = names
        index = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }
}

extension Row {
    /// A whole number, also a DECIMAL without fraction; nil for NULL.
    package func int64OrNil(_ column: String) throws(DatabaseError) -> Int64? {
        switch self[column] {
        case .null?: return nil
        case .integer(let value)?: return value
        // DECIMAL, which SUM() answers, arrives as text.
        case .text(let text)?: if let value = Int64(text) { return value }
        default: break
        }
        throw .decoding(column: column)
    }

    /// A whole number.
    package func int64(_ column: String) throws(DatabaseError) -> Int64 {
        try present(try int64OrNil(column), column)
    }

    /// A whole number; nil for NULL.
    package func intOrNil(_ column: String) throws(DatabaseError) -> Int? { try int64OrNil(column).map { Int($0) } }

    /// A whole number.
    package func int(_ column: String) throws(DatabaseError) -> Int { Int(try int64(column)) }

    /// A `BIGINT UNSIGNED`, such as a fingerprint.
    package func uint64OrNil(_ column: String) throws(DatabaseError) -> UInt64? {
        if case .unsigned(let value)? = self[column] { return value }
        guard let value = try int64OrNil(column) else { return nil }
        return try present(UInt64(exactly: value), column)
    }

    /// A `BIGINT UNSIGNED`.
    package func uint64(_ column: String) throws(DatabaseError) -> UInt64 {
        try present(try uint64OrNil(column), column)
    }

    /// Any number; nil for NULL.
    package func doubleOrNil(_ column: String) throws(DatabaseError) -> Double? {
        switch self[column] {
        case .null?: return nil
        case .double(let value)?: return value
        case .integer(let value)?: return Double(value)
        case .unsigned(let value)?: return Double(value)
        case .text(let text)?: if let value = Double(text) { return value }
        default: break
        }
        throw .decoding(column: column)
    }

    /// Any number.
    package func double(_ column: String) throws(DatabaseError) -> Double {
        try present(try doubleOrNil(column), column)
    }

    /// True for any integer but 0.
    package func boolOrNil(_ column: String) throws(DatabaseError) -> Bool? { try int64OrNil(column).map { $0 != 0 } }

    /// True for any integer but 0.
    package func bool(_ column: String) throws(DatabaseError) -> Bool { try int64(column) != 0 }

    /// Text; binary columns must hold valid UTF-8, numbers and times are refused.
    package func textOrNil(_ column: String) throws(DatabaseError) -> String? {
        switch self[column] {
        case .null?: return nil
        case .text(let text)?: return text
        case .bytes(let bytes)?: if let text = String(validating: bytes, as: UTF8.self) { return text }
        default: break
        }
        throw .decoding(column: column)
    }

    /// Text.
    package func text(_ column: String) throws(DatabaseError) -> String { try present(try textOrNil(column), column) }

    /// Bytes, or the UTF-8 of a text; nil for NULL.
    package func bytesOrNil(_ column: String) throws(DatabaseError) -> [UInt8]? {
        switch self[column] {
        case .null?: return nil
        case .text(let text)?: return Array(text.utf8)
        case .bytes(let bytes)?: return bytes
        default: throw .decoding(column: column)
        }
    }

    /// Bytes, or the UTF-8 of a text.
    package func bytes(_ column: String) throws(DatabaseError) -> [UInt8] {
        try present(try bytesOrNil(column), column)
    }

    /// An instant; nil for NULL.
    package func timeOrNil(_ column: String) throws(DatabaseError) -> Timestamp? {
        switch self[column] {
        case .null?: return nil
        case .time(let time)?: return time
        case .text(let text)?: if let time = Timestamp(text) { return time }
        default: break
        }
        throw .decoding(column: column)
    }

    /// An instant.
    package func time(_ column: String) throws(DatabaseError) -> Timestamp {
        try present(try timeOrNil(column), column)
    }

    func present<T>(_ value: T?, _ column: String) throws(DatabaseError) -> T {
        guard let value else { throw .decoding(column: column) }
        return value
    }
}
