/// What a format does with a file that has one JSON document on each line.
protocol JSONLineHandler {
    mutating func take(_ line: JSON, _ items: inout [ReadItem])
    /// The file is complete.
    mutating func finish(_ items: inout [ReadItem])
}

/// Reads such a file. A line that is no JSON is refused alone: tools and builds print between the lines.
struct JSONLinesReader<Handler: JSONLineHandler>: ResultReader {
    private var lines = LineSplitter()
    private var handler: Handler

    init(_ handler: Handler) {
        self.handler = handler
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        // Moved out, so that the handler can be changed while lines come; a copy of the handler would copy its tables.
        var lines = lines
        self.lines = LineSplitter()
        defer { self.lines = lines }
        try lines.push(bytes) { try take($0, sink) }
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        var lines = lines
        try lines.finish { try take($0, sink) }
        var items: [ReadItem] = []
        handler.finish(&items)
        for item in items { try sink(item) }
    }

    private mutating func take(_ line: LineSplitter.Line, _ sink: (ReadItem) throws -> Void) throws {
        guard line.bytes.contains(where: { $0 > 0x20 }) else { return }
        let json: JSON?
        do throws(JSONDamage) {
            json = line.isCut ? nil : try JSON.parse(line.bytes)
        } catch {
            let refusal = line.refusal("bad_line", "no JSON: \(error.message)", column: Int(error.byteOffset) + 1)
            return try sink(.refused(refusal))
        }
        guard let json else { return try sink(.refused(line.refusal("line_too_long", "a line holds too much"))) }
        var items: [ReadItem] = []
        handler.take(json, &items)
        for item in items { try sink(item) }
    }
}
