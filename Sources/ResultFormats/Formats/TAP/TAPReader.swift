/// TAP 13 and 14: leaves are tests, subtests are levels. Tests of a subtest wait for its own line, which names it.
struct TAPReader: ResultReader {
    private static let depthLimit = 64
    private var lines = LineSplitter()
    private var levels = [TAPLevel()]
    /// The last test with what follows it: a YAML block, comments.
    private var last: ReadResult?
    private var lastLevel = 0
    private var block: TAPBlock?
    /// Only there a YAML block may begin.
    private var isAfterPoint = false
    private var printed = CappedText(limit: 256 << 10)
    private var held = 0
    private var isBailed = false
    private var items: [ReadItem] = []

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        var lines = lines
        self.lines = LineSplitter()
        defer { self.lines = lines }
        try lines.push(bytes) { try take($0, sink) }
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        var lines = lines
        try lines.finish { try take($0, sink) }
        settle()
        while levels.count > 1 { closeLevel(name: levels[levels.count - 1].name ?? "", point: nil) }
        items += levels[0].missing(after: isBailed)
        try drain(sink)
    }

    private mutating func take(_ line: LineSplitter.Line, _ sink: (ReadItem) throws -> Void) throws {
        if isBailed { return }
        let text = line.text
        let spaces = text.prefix { $0 == " " || $0 == "\t" }
        switch block?.take(text) {
        case .more: return
        case .last: return endBlock()
        case .over: endBlock()
        case nil: break
        }
        let depth = spaces.reduce(0) { $0 + ($1 == "\t" ? 4 : 1) } / 4
        let parsed = TAPLine(text.dropFirst(spaces.count))
        take(parsed, text, depth: min(depth, Self.depthLimit))
        if case .point = parsed { isAfterPoint = true } else { isAfterPoint = false }
        try drain(sink)
    }

    private mutating func drain(_ sink: (ReadItem) throws -> Void) throws {
        for item in items { try sink(item) }
        items.removeAll(keepingCapacity: true)
    }

    private mutating func take(_ line: TAPLine, _ text: String, depth: Int) {
        switch line {
        case .point(let point): self.point(point, depth: depth)
        case .plan(let last, let isEmpty, let reason):
            settle()
            open(depth)
            levels[levels.count - 1].plan = last
            if isEmpty, depth == 0 { items.append(.fact(ReadPair("skipAll", reason ?? ""))) }
        case .subtest(let name):
            settle()
            open(depth + 1)
            levels[levels.count - 1].name = name.isEmpty ? nil : name
        case .yaml: if isAfterPoint { block = TAPBlock() } else { other(text) }
        case .comment(let words): if last?.status == .failed { last?.error?.add(words) }
        case .bail(let reason):
            settle()
            items.append(.fact(ReadPair("bailOut", reason)))
            isBailed = true
        case .blockEnd:
            guard let level = levels.last, let point = level.opener else { return other(text) }
            settle()
            closeLevel(name: point.name, point: point)
        case .version, .pragma: break
        case .other: other(text)
        }
    }

    private mutating func other(_ text: String) {
        if text.utf8.contains(where: { $0 > 0x20 }) { printed.append(text + "\n") }
    }

    /// Goes to a depth: deeper ones are opened, those that nothing names are closed.
    private mutating func open(_ depth: Int) {
        while levels.count > depth + 1, levels.last?.opener == nil {
            closeLevel(name: levels.last?.name ?? "", point: nil)
        }
        while levels.count < depth + 1 { levels.append(TAPLevel()) }
    }

    private mutating func point(_ point: TAPPoint, depth: Int) {
        settle()
        if point.opensBlock {
            open(depth)
            levels[levels.count - 1].saw(point.number)
            levels.append(TAPLevel(opener: point))
            return
        }
        while levels.count > depth + 2, levels.last?.opener == nil {
            closeLevel(name: levels.last?.name ?? "", point: nil)
        }
        if levels.count == depth + 2, levels.last?.opener == nil, levels.last?.isUntouched == false {
            levels[depth].saw(point.number)
            return closeLevel(name: point.name, point: point)
        }
        if levels.count == depth + 2, levels.last?.opener == nil { levels.removeLast() }
        open(depth)
        levels[levels.count - 1].saw(point.number)
        var result = leaf(point, number: levels[levels.count - 1].count)
        result.standardOutput = printed.take()
        (last, lastLevel) = (result, levels.count - 1)
    }

    private func leaf(_ point: TAPPoint, number: Int) -> ReadResult {
        var result = ReadResult(
            name: point.name.isEmpty ? "test \(point.number ?? number)" : point.name, status: .passed)
        switch (point.isOK, point.directive) {
        case (_, .skip): result.status = .skipped
        case (false, .todo): (result.status, result.rawStatus) = (.skipped, "todo")
        case (true, .todo): result.flags.append("unexpectedPass")
        case (false, nil): result.status = .failed
        case (true, nil): break
        }
        if let reason = point.reason { result.error = ReadError(message: reason) }
        if result.status == .failed { result.error = ReadError() }
        return result
    }

    private mutating func endBlock() {
        guard let block else { return }
        if last != nil { block.fill(&last) }
        self.block = nil
    }

    /// The last test has all that belongs to it.
    private mutating func settle() {
        if block != nil { endBlock() }
        guard var result = last else { return }
        last = nil
        if result.error == ReadError() { result.error = nil }
        put(result, at: lastLevel)
    }

    private mutating func put(_ result: ReadResult, at level: Int) {
        if level == 0 { return items.append(.result(result)) }
        held += result.roughBytes
        levels[min(level, levels.count - 1)].held.append(result)
        if held > 16 << 20 { release() }
    }

    /// Too much waits: it goes with the names that are known.
    private mutating func release() {
        held = 0
        for index in levels.indices.dropFirst() {
            let path = levels[1...index].compactMap { $0.name ?? $0.opener?.name }
            items += levels[index].held.map { result in
                var result = result
                result.suitePath = path + result.suitePath
                return .result(result)
            }
            levels[index].held = []
        }
    }

    /// The deepest level ends with the test that stands for it.
    private mutating func closeLevel(name: String, point: TAPPoint?) {
        guard levels.count > 1, let level = levels.popLast() else { return }
        let title = name.isEmpty ? level.name ?? "" : name
        let lost = level.missing(after: isBailed).compactMap {
            if case .result(let result) = $0 { result } else { nil }
        }
        let results = level.held + lost
        var hasFailure = level.hasFailure || !lost.isEmpty
        for var result in results {
            held = max(0, held - result.roughBytes)
            hasFailure = hasFailure || result.status == .failed
            if !title.isEmpty { result.suitePath.insert(title, at: 0) }
            put(result, at: levels.count - 1)
        }
        levels[levels.count - 1].hasFailure = levels[levels.count - 1].hasFailure || hasFailure
        // A level that failed though nothing in it did, or that holds nothing, is a test itself.
        guard let point, results.isEmpty && level.count == 0 || (!point.isOK && point.directive == nil && !hasFailure)
        else { return }
        (last, lastLevel) = (leaf(point, number: 0), levels.count - 1)
    }
}
