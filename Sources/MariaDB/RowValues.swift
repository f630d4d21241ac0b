package import Domain

extension Row {
    package func uuidOrNil(_ column: String) throws(DatabaseError) -> UUIDv7? {
        guard let text = try textOrNil(column) else { return nil }
        return try present(UUIDv7(text), column)
    }

    package func uuid(_ column: String) throws(DatabaseError) -> UUIDv7 { try present(try uuidOrNil(column), column) }

    package func idOrNil<Entity>(_ column: String) throws(DatabaseError) -> ID<Entity>? {
        try uuidOrNil(column).map { ID<Entity>($0) }
    }

    package func id<Entity>(_ column: String) throws(DatabaseError) -> ID<Entity> { ID<Entity>(try uuid(column)) }

    package func jsonOrNil(_ column: String) throws(DatabaseError) -> JSONValue? {
        guard let bytes = try bytesOrNil(column) else { return nil }
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw .decoding(column: column)
        }
    }

    package func json(_ column: String) throws(DatabaseError) -> JSONValue { try present(try jsonOrNil(column), column) }

    /// A string enum by its raw text; an unknown text is a decoding error.
    package func valueOrNil<T: RawRepresentable<String>>(_ column: String) throws(DatabaseError) -> T? {
        guard let text = try textOrNil(column) else { return nil }
        return try present(T(rawValue: text), column)
    }

    package func value<T: RawRepresentable<String>>(_ column: String) throws(DatabaseError) -> T {
        try present(try valueOrNil(column), column)
    }
}
