/// What a format takes out of one long document.
protocol JSONHandler {
    /// What to do with the value that begins at a path: names of members, `*` for elements.
    func choice(at path: [String]) -> JSONChoice
    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem])
    /// The document is complete.
    mutating func finish(_ items: inout [ReadItem])
}

extension JSONHandler {
    mutating func finish(_ items: inout [ReadItem]) {}
}

enum JSONChoice {
    /// Look at its members; plain values among them are taken.
    case enter
    /// Build it whole.
    case take
    case skip
}

/// Walks a document that may be of any length and builds only what the format takes.
struct JSONPicker<Handler: JSONHandler>: JSONSink {
    var handler: Handler
    var items: [ReadItem] = []
    /// Values that were too large to build, since the last time this was asked.
    private var tooLarge: [[String]] = []
    private var path: [String] = []
    private var isArray: [Bool] = []
    private var tree: JSONTree?
    private var skipped = 0

    init(_ handler: Handler) {
        self.handler = handler
    }

    var isSkipping: Bool { skipped > 0 || tree?.isSkipping ?? false }

    mutating func takeTooLarge() -> [[String]] {
        defer { tooLarge = [] }
        return tooLarge
    }

    mutating func open(isObject: Bool) {
        if skipped > 0 {
            skipped += 1
        } else if tree != nil {
            tree?.open(isObject: isObject)
        } else {
            begin(isObject: isObject)
        }
    }

    mutating func close() {
        if skipped > 0 {
            skipped -= 1
            if skipped == 0 { ended() }
        } else if tree != nil {
            tree?.close()
            if tree?.isClosed == true { taken() }
        } else {
            if isArray.popLast() == true { path.removeLast() }
            ended()
        }
    }

    mutating func key(_ name: String) {
        if skipped > 0 { return }
        if tree != nil { tree?.key(name) } else { path.append(name) }
    }

    mutating func value(_ value: JSON) {
        if skipped > 0 { return }
        if tree != nil { return tree?.value(value) ?? () }
        handler.take(value, at: path, &items)
        ended()
    }

    private mutating func begin(isObject: Bool) {
        switch handler.choice(at: path) {
        case .skip: skipped = 1
        case .take:
            tree = JSONTree()
            tree?.open(isObject: isObject)
        case .enter:
            isArray.append(!isObject)
            if !isObject { path.append("*") }
        }
    }

    private mutating func taken() {
        if let value = tree?.take() { handler.take(value, at: path, &items) } else { tooLarge.append(path) }
        tree = nil
        ended()
    }

    /// A member's name goes with its value; an element's star stays for the next.
    private mutating func ended() {
        if isArray.last == false { path.removeLast() }
    }
}

/// Reads one JSON document of any length.
struct JSONDocumentReader<Handler: JSONHandler>: ResultReader {
    private var tokenizer = JSONTokenizer()
    private var picker: JSONPicker<Handler>
    private var line = 1
    private var lineOffset: Int64 = 0
    private var fedBytes: Int64 = 0

    init(_ handler: Handler) {
        picker = JSONPicker(handler)
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        var start = 0
        while start < bytes.count {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 64 * 1024, bytes.count)])
            start += piece.count
            var damage: JSONDamage?
            do { try tokenizer.feed(piece, to: &picker) } catch { damage = error }
            try drain(sink)
            if let damage { throw refusal(damage, piece) }
            countLines(piece)
        }
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        do { try tokenizer.finish(to: &picker) } catch {
            try drain(sink)
            throw refusal(error, UnsafeRawBufferPointer(start: nil, count: 0))
        }
        picker.handler.finish(&picker.items)
        try drain(sink)
    }

    private mutating func drain(_ sink: (ReadItem) throws -> Void) throws {
        for item in picker.items { try sink(item) }
        picker.items.removeAll(keepingCapacity: true)
        for path in picker.takeTooLarge() {
            try sink(
                .refused(
                    Refusal(
                        code: "too_large", message: "\(path.joined(separator: ".")) holds too much", line: line,
                        byteOffset: tokenizer.byteOffset)))
        }
    }

    private mutating func countLines(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        while let found = bytes.offset(of: "\n", from: position) {
            line += 1
            position = found + 1
            lineOffset = fedBytes + Int64(position)
        }
        fedBytes += Int64(bytes.count)
    }

    private mutating func refusal(_ damage: JSONDamage, _ piece: UnsafeRawBufferPointer) -> Refusal {
        let inside = min(max(0, Int(damage.byteOffset - fedBytes)), piece.count)
        let from = max(0, inside - 1024)
        let excerpt = String(decoding: piece[from..<min(piece.count, from + 4000)], as: UTF8.self)
        countLines(UnsafeRawBufferPointer(rebasing: piece[..<inside]))
        return Refusal(
            code: "damaged_file", message: "the JSON is damaged: \(damage.message)", line: line,
            column: Int(damage.byteOffset - lineOffset) + 1, byteOffset: damage.byteOffset, excerpt: excerpt)
    }
}
