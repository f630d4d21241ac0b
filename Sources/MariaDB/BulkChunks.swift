/// Cuts rows into runs that fit one packet: at most 500 rows and about 4 MiB.
struct BulkChunks: Sequence, IteratorProtocol {
    private var rest: ArraySlice<[SQLValue]>

    init(_ rows: [[SQLValue]]) { rest = rows[...] }

    mutating func next() -> ArraySlice<[SQLValue]>? {
        guard !rest.isEmpty else { return nil }
        var bytes = 0
        let width = rest.first?.count ?? 0
        let chunk = rest.prefix { row in
            // The first row goes even when it is too long alone: the server then names the fault.
            if bytes > 0, bytes + size(row) > 4 << 20 || row.count != width { return false }
            bytes += size(row)
            return true
        }.prefix(500)
        rest = rest.dropFirst(chunk.count)
        return chunk
    }

    private func size(_ row: [SQLValue]) -> Int { row.reduce(1) { $0 + 9 + $1.byteCount } }
}
