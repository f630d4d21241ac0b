/// Builds one value out of its parts, within a bound of what it may hold.
struct JSONTree: JSONSink {
    /// About what the value may take in memory.
    static let limitBytes = 16 << 20
    private static let valueBytes = 48

    private(set) var isTooLarge = false
    private var values: [JSON] = []
    private var keys: [String] = []
    private var frames: [(isObject: Bool, values: Int, keys: Int)] = []
    private var spent = 0

    var isSkipping: Bool { isTooLarge }
    /// No container is open.
    var isClosed: Bool { frames.isEmpty }

    mutating func open(isObject: Bool) {
        frames.append((isObject, values.count, keys.count))
    }

    mutating func close() {
        guard let frame = frames.popLast() else { return }
        let inner = values[min(frame.values, values.count)...]
        let closed: JSON
        if frame.isObject {
            closed = .object(zip(keys[min(frame.keys, keys.count)...], inner).map { JSONMember(name: $0, value: $1) })
            keys.removeLast(keys.count - min(frame.keys, keys.count))
        } else {
            closed = .array(Array(inner))
        }
        values.removeLast(inner.count)
        value(closed)
    }

    mutating func key(_ name: String) {
        spend(name.utf8.count)
        if !isTooLarge { keys.append(name) }
    }

    mutating func value(_ value: JSON) {
        if case .string(let text) = value { spend(text.utf8.count) } else { spend(0) }
        if !isTooLarge { values.append(value) }
    }

    /// The value, nil when it was too large; ready for the next one.
    mutating func take() -> JSON? {
        defer { self = JSONTree() }
        return isTooLarge ? nil : values.last
    }

    private mutating func spend(_ bytes: Int) {
        spent += bytes + Self.valueBytes
        guard spent > Self.limitBytes, !isTooLarge else { return }
        isTooLarge = true
        values.removeAll()
        keys.removeAll()
    }
}

extension JSON {
    /// A whole document. Nil when it is too large to hold.
    static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONDamage) -> JSON? {
        var tree = JSONTree()
        var tokenizer = JSONTokenizer()
        try tokenizer.feed(bytes, to: &tree)
        try tokenizer.finish(to: &tree)
        return tree.take()
    }
}
