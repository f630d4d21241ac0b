/// One page of a list, and where the next one starts.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// Opaque to clients; nil on the last page.
    package let nextCursor: String?

    package init(items: [Item], nextCursor: String?) {
        self.items = items
        self.nextCursor = nextCursor
    }

    /// Cuts `rows`, read with a limit of `limit` + 1, to a page; `cursor` names an item as the last one seen.
    package init(_ rows: [Item], limit: Int, cursor: (Item) -> String) {
        let kept = Array(rows.prefix(limit))
        self.init(items: kept, nextCursor: rows.count > limit ? kept.last.map(cursor) : nil)
    }

    package func map<Other>(_ transform: (Item) throws -> Other) rethrows -> Page<Other> {
        Page<Other>(items: try items.map(transform), nextCursor: nextCursor)
    }
}

/// How many items a page holds: what was asked for, between 1 and 200; 50 when nothing was.
package func pageSize(_ asked: Int?) -> Int { min(max(asked ?? 50, 1), 200) }
