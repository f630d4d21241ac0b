package import Domain

/// A value on its way to or from the database.
package enum SQLValue: Sendable, Hashable {
    case null
    case integer(Int64)
    /// Read only for values above `Int64.max`; smaller ones arrive as `integer`.
    case unsigned(UInt64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    case time(Timestamp)
}

/// A type whose values can be bound in `SQL`.
package protocol SQLBindable {
    /// The value as the driver binds it.
    var sqlValue: SQLValue { get }
}

extension SQLBindable where Self: RawRepresentable, RawValue == String {
    /// The raw text; a string enum opts in by `extension Status: SQLBindable {}`.
    package var sqlValue: SQLValue { .text(rawValue) }
}

extension SQLBindable where Self: BinaryInteger {
    /// The integer; one beyond 64 bits is bound as its decimal text.
    package var sqlValue: SQLValue {
        if let value = Int64(exactly: self) { return .integer(value) }
        if let value = UInt64(exactly: self) { return .unsigned(value) }
        return .text(String(self))
    }
}

extension Int: SQLBindable {}
extension Int32: SQLBindable {}
extension Int64: SQLBindable {}
extension UInt: SQLBindable {}
extension UInt16: SQLBindable {}
extension UInt32: SQLBindable {}
extension UInt64: SQLBindable {}

extension SQLValue: SQLBindable {
    package var sqlValue: SQLValue { self }
}

extension Bool: SQLBindable {
    package var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}

extension Double: SQLBindable {
    package var sqlValue: SQLValue { .double(self) }
}

extension String: SQLBindable {
    package var sqlValue: SQLValue { .text(self) }
}

extension Substring: SQLBindable {
    package var sqlValue: SQLValue { .text(String(self)) }
}

extension Array: SQLBindable where Element == UInt8 {
    package var sqlValue: SQLValue { .bytes(self) }
}

extension Timestamp: SQLBindable {
    package var sqlValue: SQLValue { .time(self) }
}

extension UUIDv7: SQLBindable {
    package var sqlValue: SQLValue { .text(description) }
}

extension ID: SQLBindable {
    package var sqlValue: SQLValue { .text(description) }
}

extension JSONValue: SQLBindable {
    package var sqlValue: SQLValue { .text(text) }
}

extension Optional: SQLBindable where Wrapped: SQLBindable {
    package var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
