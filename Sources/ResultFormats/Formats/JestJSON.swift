/// The JSON of `jest --json`, which vitest writes too.
struct JestJSON: JSONHandler {
    func choice(at path: [String]) -> JSONChoice {
        switch path {
        case [], ["testResults"]: .enter
        case ["testResults", "*"]: .take
        default: .skip
        }
    }

    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem]) {
        switch path {
        case ["testResults", "*"]: file(value, &items)
        case ["startTime"]: if let at = value.instantMs { items.append(.fact(ReadPair("startedAt", String(at)))) }
        default: break
        }
    }

    private func file(_ json: JSON, _ items: inout [ReadItem]) {
        let path = json["name"]?.text
        let tests = json["assertionResults"]?.elements ?? []
        if tests.isEmpty, json["status"]?.string == "failed" {
            var result = ReadResult(name: (path ?? "unnamed") + " (suite)", status: .error)
            result.file = path
            result.error = ReadError(message: json["message"]?.text)
            items.append(.result(result))
        }
        var startedAt = json["startTime"]?.instantMs
        for test in tests {
            self.test(test, path, &startedAt, &items)
        }
    }

    private func test(_ json: JSON, _ file: String?, _ startedAt: inout Int64?, _ items: inout [ReadItem]) {
        var result = ReadResult(name: json["title"]?.text ?? json["fullName"]?.text ?? "unnamed", status: .passed)
        (result.status, result.rawStatus) = status(json["status"]?.string ?? "")
        result.suitePath = json["ancestorTitles"]?.elements.compactMap(\.text) ?? []
        result.file = file
        result.startedAt = json["startAt"]?.instantMs ?? startedAt
        startedAt = nil
        if let (ms, flag) = json["duration"]?.number.map(ForeignTime.clamped) {
            result.durationMs = ms
            if let flag { result.flags.append(flag) }
        }
        result.error = error(json["failureMessages"]?.elements.compactMap(\.text) ?? [])
        let earlier = json["retryReasons"]?.elements.compactMap(\.text) ?? []
        for (index, reason) in earlier.enumerated() {
            var attempt = ReadResult(name: result.name, status: .failed)
            attempt.suitePath = result.suitePath
            attempt.file = file
            attempt.attempt = index + 1
            attempt.error = error([reason])
            items.append(.result(attempt))
        }
        if !earlier.isEmpty { result.attempt = earlier.count + 1 }
        items.append(.result(result))
    }

    private func status(_ word: String) -> (ReadResult.Status, String?) {
        switch word {
        case "passed": (.passed, nil)
        case "failed": (.failed, nil)
        case "skipped": (.skipped, nil)
        case "pending", "todo", "disabled", "focused": (.skipped, word)
        default: (.error, word)
        }
    }

    /// The first line is the message, all of it the stack.
    private func error(_ messages: [String]) -> ReadError? {
        guard let first = messages.first else { return nil }
        let line = first.split(separator: "\n", maxSplits: 1).first.map(String.init)
        return ReadError(message: line, stack: messages.joined(separator: "\n\n"))
    }
}
