/// One server-sent event.
package struct ServerEvent: Equatable, Sendable {
    package var id: String?
    package var name: String
    package var data: String

    package init(id: String?, name: String, data: String) {
        self.id = id
        self.name = name
        self.data = data
    }
}

/// Cuts a byte stream into server-sent events; comments are dropped.
package struct EventParser {
    private var line: [UInt8] = []
    private var id: String?
    private var name = ""
    private var data: [String] = []
    private var afterReturn = false

    package init() {}

    /// Takes the next bytes and returns the events they complete.
    package mutating func feed(_ bytes: some Sequence<UInt8>) -> [ServerEvent] {
        var events: [ServerEvent] = []
        for byte in bytes {
            if byte == 10, afterReturn {
                afterReturn = false
            } else if byte == 10 || byte == 13 {
                afterReturn = byte == 13
                if let event = endLine() { events.append(event) }
            } else {
                afterReturn = false
                // A line longer than any event we know is noise, not memory.
                if line.count < 1 << 20 { line.append(byte) }
            }
        }
        return events
    }

    private mutating func endLine() -> ServerEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if line.isEmpty { return endEvent() }
        let text = String(decoding: line, as: UTF8.self)
        guard !text.hasPrefix(":") else { return nil }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        var value = parts.count > 1 ? parts[1] : ""
        if value.hasPrefix(" ") { value.removeFirst() }
        switch parts.first {
        case "event": name = String(value)
        case "data": data.append(String(value))
        case "id": id = String(value)
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> ServerEvent? {
        defer {
            name = ""
            data.removeAll()
            id = nil
        }
        guard !data.isEmpty else { return nil }
        return ServerEvent(id: id, name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
