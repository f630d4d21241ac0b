/// A statement whose interpolated values are bound, never spliced into the text.
///
/// `"… WHERE id = \(id)"` binds; `\(list: ids)` makes `?,?,?,?` for `IN` (`NULL` when empty, which matches
/// nothing); `\(sql: other)` splices another statement with its values; `\(raw: "…")` splices a literal of the source.
package struct SQL: Sendable, Hashable {
    /// The text with a `?` for each value; it keys the cache of prepared statements.
    package private(set) var text: String
    /// The values in the order of their `?`.
    package private(set) var values: [SQLValue]

    /// `left` followed by `right`.
    package static func + (left: SQL, right: SQL) -> SQL {
        var sum = left
        sum += right
        return sum
    }

    /// Appends `right` to `left`.
    package static func += (left: inout SQL, right: SQL) {
        left.text += right.text
        left.values += right.values
    }
}

extension SQL: ExpressibleByStringInterpolation {
    /// Only a literal of the source becomes text: a string of the running program cannot.
    package init(stringLiteral value: StaticString) {
        text = value.description
        values = []
    }

    package init(stringInterpolation: StringInterpolation) {
        text = stringInterpolation.text
        values = stringInterpolation.values
    }

    /// Collects text and values while the compiler walks the literal.
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""
        fileprivate var values: [SQLValue] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            text.reserveCapacity(literalCapacity + interpolationCount)
            values.reserveCapacity(interpolationCount)
        }

        package mutating func appendLiteral(_ literal: StaticString) { text += literal.description }

        /// Binds `value`.
        package mutating func appendInterpolation(_ value: some SQLBindable) {
            text += "?"
            values.append(value.sqlValue)
        }

        /// Binds `value`, or NULL; an overload of its own, as the compiler warns of optionals in a generic one.
        package mutating func appendInterpolation<Value: SQLBindable>(_ value: Value?) {
            text += "?"
            values.append(value?.sqlValue ?? .null)
        }

        /// Binds each element of `list`, filled up to a power of two with the last one: lists of many lengths then
        /// share a few prepared statements.
        package mutating func appendInterpolation(list: some Collection<some SQLBindable>) {
            var bound = list.map(\.sqlValue)
            guard let last = bound.last else { return text += "NULL" }
            var size = 1
            while size < bound.count { size *= 2 }
            bound += Array(repeating: last, count: size - bound.count)
            text += "?" + String(repeating: ",?", count: size - 1)
            values += bound
        }

        /// Splices a literal of the source: a column or table name, a direction.
        package mutating func appendInterpolation(raw: StaticString) { text += raw.description }

        /// Splices another statement, with its values.
        package mutating func appendInterpolation(sql: SQL) {
            text += sql.text
            values += sql.values
        }
    }
}

extension [SQL] {
    /// The statements with `separator` between them: conditions joined by `" AND "`.
    package func joined(separator: SQL) -> SQL {
        guard let first else { return "" }
        return dropFirst().reduce(first) { $0 + separator + $1 }
    }
}
