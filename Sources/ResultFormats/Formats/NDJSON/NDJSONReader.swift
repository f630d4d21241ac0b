/// Our own format: a line for each run, followed by a line for each of its results. A bad line is refused alone.
struct NDJSONReader: ResultReader {
    private var lines = LineSplitter()
    private var isFirst = true

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        var isFirst = isFirst
        defer { self.isFirst = isFirst }
        try lines.push(bytes) { try Self.take($0, &isFirst, sink) }
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        var isFirst = isFirst
        try lines.finish { try Self.take($0, &isFirst, sink) }
    }

    private static func take(
        _ line: LineSplitter.Line, _ isFirst: inout Bool, _ sink: (ReadItem) throws -> Void
    ) throws {
        guard line.bytes.contains(where: { $0 > 0x20 }) else { return }
        defer { isFirst = false }
        do {
            try sink(item(line))
        } catch let refusal as Refusal where refusal.code != "damaged_line" {
            try sink(.refused(refusal))
        } catch var refusal as Refusal {
            refusal.code = isFirst ? "not_ndjson" : "bad_line"
            if isFirst { throw refusal }
            try sink(.refused(refusal))
        }
    }

    private static func item(_ line: LineSplitter.Line) throws(Refusal) -> ReadItem {
        guard !line.isCut else { throw line.refusal("line_too_long", "a line holds more than 4 MiB") }
        let json: JSON?
        do throws(JSONDamage) {
            json = try JSON.parse(line.bytes)
        } catch {
            throw line.refusal("damaged_line", "no JSON: \(error.message)", column: Int(error.byteOffset) + 1)
        }
        guard let json else { throw line.refusal("too_large", "a line holds too many values") }
        if let run = json["run"], case .object = run { return .run(NDJSONRun.read(run)) }
        guard let result = json["result"], case .object = result else {
            throw line.refusal("bad_line", "neither a run nor a result")
        }
        return .result(try NDJSONResult.read(result, line))
    }
}
