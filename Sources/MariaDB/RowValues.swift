package import Domain

extension Row {
    /// A UUID; nil for NULL.
    package func uuidOrNil(_ column: String) throws(DatabaseError) -> UUIDv7? {
        guard let text = try textOrNil(column) else { return nil }
        return try present(UUIDv7(text), column)
    }

    /// A UUID.
    package func uuid(_ column: String) throws(DatabaseError) -> UUIDv7 { try present(try uuidOrNil(column), column) }

    /// The id of an `Entity`; nil for NULL.
    package func idOrNil<Entity>(_ column: String) throws(DatabaseError) -> ID<Entity>? {
        try uuidOrNil(column).map { ID<Entity>($0) }
    }

    /// The id of an `Entity`.
    package func id<Entity>(_ column: String) throws(DatabaseError) -> ID<Entity> { ID<Entity>(try uuid(column)) }

    /// A document; nil for NULL (a JSON `null` is a value).
    package func jsonOrNil(_ column: String) throws(DatabaseError) -> JSONValue? {
        guard let bytes = try bytesOrNil(column) else { return nil }
        do {
            return try JSONParser.parse(bytes, roundsIntegers: true)
        } catch {
            throw .decoding(column: column)
        }
    }

    /// A document.
    package func json(_ column: String) throws(DatabaseError) -> JSONValue {
        try present(try jsonOrNil(column), column)
    }

    /// A string enum by its raw text; an unknown text is a decoding error.
    package func valueOrNil<T: RawRepresentable<String>>(_ column: String) throws(DatabaseError) -> T? {
        guard let text = try textOrNil(column) else { return nil }
        return try present(T(rawValue: text), column)
    }

    /// A string enum by its raw text.
    package func value<T: RawRepresentable<String>>(_ column: String) throws(DatabaseError) -> T {
        try present(try valueOrNil(column), column)
    }
}
