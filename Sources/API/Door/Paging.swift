package import Domain
package import FastCGI
import Wire

extension Call {
    /// Answers one page of a list: takes `limit` and `cursor` from the query, renders each item.
    ///
    /// - Parameter load: gets the place the feature's cursor names, nil for the first page, and the page size.
    package func page<Item>(
        _ load: (_ cursor: String?, _ limit: Int) throws -> Page<Item>, _ render: (Item) throws -> JSONValue
    ) throws -> Response {
        let place = try query.text("cursor").map { try Cursor.decode($0, count: 1) }?.first
        let page = try load(place, query.limit)
        return .page(try page.items.map(render), next: page.nextCursor.map { Cursor.encode([$0]) })
    }

    /// The same for features whose lists take the last id of the page before.
    package func page<Entity, Record: Sendable>(
        newestFirst load: (_ before: ID<Entity>?, _ limit: Int) throws -> [Record], id: (Record) -> ID<Entity>,
        _ render: (Record) throws -> JSONValue
    ) throws -> Response {
        try page(
            { cursor, limit in
                let before: ID<Entity>? = try cursor.map { text in
                    guard let id = ID<Entity>(text) else {
                        throw Problem.invalid("?cursor", "is not a cursor of this list")
                    }
                    return id
                }
                return Page(try load(before, limit + 1), limit: limit) { id($0).description }
            }, render)
    }
}
