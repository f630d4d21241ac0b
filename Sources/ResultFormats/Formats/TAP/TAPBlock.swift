/// The YAML behind a test: as it is, and the few members that producers agree on.
struct TAPBlock {
    private var lines = CappedText(limit: 256 << 10)
    private var members: [String: String] = [:]
    private var indent: Int?
    /// The member whose text goes on in deeper lines.
    private var open: String?

    enum Progress {
        case more
        /// The line was its end.
        case last
        /// The line is no part of it: the end is missing.
        case over
    }

    mutating func take(_ line: String) -> Progress {
        let text = line.drop { $0 == " " }
        if text.trimmed == "..." { return .last }
        let depth = line.utf8.count - text.utf8.count
        if depth == 0, !text.isEmpty { return .over }
        let first = indent ?? depth
        indent = first
        lines.append(String(line.dropFirst(min(first, depth))) + "\n")
        if depth <= first, let colon = text.firstIndex(of: ":") {
            let name = String(text[..<colon])
            let value = text[text.index(after: colon)...].trimmed
            open = ["|-", "|", ">", ">-", "|+"].contains(value) ? name : nil
            if members.count < 100 { members[name] = open == nil ? Self.unquoted(value) : "" }
        } else if let open, let before = members[open], before.utf8.count < 64 << 10 {
            members[open] = before + (before.isEmpty ? "" : "\n") + text.trimmed
        }
        return .more
    }

    func fill(_ result: inout ReadResult?) {
        if let text = members["duration_ms"] ?? members["time"], let number = Double(text), number.isFinite {
            let (ms, flag) = ForeignTime.clamped(members["duration_ms"] == nil ? number * 1000 : number)
            result?.durationMs = ms
            if let flag { result?.flags.append(flag) }
        }
        for name in ["file", "location", "at"] where result?.file == nil {
            result?.file = members[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        guard result?.status == .failed else { return }
        let whole = lines.text
        result?.error = ReadError(
            type: members["name"] ?? members["failureType"] ?? members["code"],
            message: members["message"] ?? members["error"],
            stack: members["stack"].flatMap { $0.isEmpty ? nil : $0 } ?? (whole.isEmpty ? nil : whole))
        if members["failureType"] == "testTimeoutFailure" { result?.status = .timeout }
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, first == text.last, first == "'" || first == "\"" else {
            return text
        }
        return String(text.dropFirst().dropLast())
    }
}

extension ReadError {
    /// A line of a comment behind a failed test; the first is the message.
    mutating func add(_ words: String) {
        let line = words.trimmed
        guard !line.isEmpty, (stack?.utf8.count ?? 0) < 64 << 10 else { return }
        if message == nil { message = line }
        stack = stack.map { $0 + "\n" + line } ?? line
    }
}
