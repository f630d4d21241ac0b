/// Common Test Report Format: https://ctrf.io
struct CTRF: JSONHandler {
    func choice(at path: [String]) -> JSONChoice {
        switch path {
        case [], ["results"], ["results", "tests"]: .enter
        case ["results", "tests", "*"], ["results", "tool"], ["results", "summary"], ["results", "environment"]: .take
        default: .skip
        }
    }

    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem]) {
        switch path.dropFirst() {
        case ["tests", "*"]: test(value, &items)
        case ["tool"]: if let name = value["name"]?.text { items.append(.fact(ReadPair("tool", name))) }
        case ["summary"]:
            for (name, fact) in [("start", "startedAt"), ("stop", "finishedAt")] {
                if let at = value[name]?.instantMs, at > 0 { items.append(.fact(ReadPair(fact, String(at)))) }
            }
        case ["environment"]: items += ReadPair.list(value).map { .fact(ReadPair("environment." + $0.name, $0.value)) }
        default: break
        }
    }

    private func test(_ json: JSON, _ items: inout [ReadItem]) {
        let name = json["name"]?.text ?? "unnamed"
        var result = ReadResult(name: name, status: .passed)
        result.suitePath = suitePath(json["suite"])
        result.explicitIdentity = json["id"]?.text ?? json["testId"]?.text
        result.file = json["filePath"]?.text ?? json["filepath"]?.text
        fill(&result, json)
        result.tags = json["tags"]?.elements.compactMap(\.text) ?? []
        result.parameters = ReadPair.list(json["parameters"])
        for key in ["type", "browser", "device", "threadId", "line"] {
            if let words = json[key]?.words, !words.isEmpty { result.metadata.append(ReadPair(key, words)) }
        }
        result.metadata += ReadPair.list(json["labels"]) + ReadPair.list(json["extra"])
        result.steps = json["steps"]?.elements.map(step) ?? []
        let earlier = json["retryAttempts"]?.elements ?? []
        for (index, attempt) in earlier.enumerated() {
            var before = ReadResult(name: name, status: .failed)
            before.suitePath = result.suitePath
            before.explicitIdentity = result.explicitIdentity
            before.file = result.file
            fill(&before, attempt)
            before.attempt = index + 1
            items.append(.result(before))
        }
        if !earlier.isEmpty {
            result.attempt = earlier.count + 1
        } else if let retries = json["retries"]?.integer, (1...10_000).contains(retries) {
            result.metadata.append(ReadPair("retries", String(retries)))
        }
        items.append(.result(result))
    }

    /// What a test and an earlier try of it have in common.
    private func fill(_ result: inout ReadResult, _ json: JSON) {
        let word = json["status"]?.string ?? ""
        (result.status, result.rawStatus) = Self.status(word, raw: json["rawStatus"]?.text)
        result.startedAt = json["start"]?.instantMs.flatMap { $0 > 0 ? $0 : nil }
        if let (ms, flag) = json["duration"]?.number.map(ForeignTime.clamped) {
            result.durationMs = ms
            if let flag { result.flags.append(flag) }
        }
        let error = ReadError(message: json["message"]?.text, stack: json["trace"]?.text ?? json["snippet"]?.text)
        if error != ReadError() { result.error = error }
        result.standardOutput = Self.lines(json["stdout"])
        result.standardError = Self.lines(json["stderr"])
        result.attachments =
            json["attachments"]?.elements.compactMap { item in
                item["path"]?.text.map {
                    ReadAttachment(
                        name: item["name"]?.text ?? AttachmentMarks.lastPart(of: $0),
                        mediaType: item["contentType"]?.text, path: $0)
                }
            } ?? []
    }

    private func step(_ json: JSON) -> ReadStep {
        let (status, raw) = Self.status(json["status"]?.string ?? "", raw: nil)
        var step = ReadStep(name: json["name"]?.text ?? "unnamed", status: status)
        step.rawStatus = raw
        return step
    }

    private static func status(_ word: String, raw: String?) -> (ReadResult.Status, String?) {
        switch word {
        case "passed": (.passed, raw)
        case "failed": (.failed, raw)
        case "skipped": (.skipped, raw)
        case "pending", "other": (.skipped, raw ?? word)
        default: (.error, raw ?? word)
        }
    }

    /// A list of names, or one text with its levels between ` > `.
    private func suitePath(_ json: JSON?) -> [String] {
        guard let text = json?.text else { return json?.elements.compactMap(\.text) ?? [] }
        return text.split(separator: " > ").map(String.init)
    }

    private static func lines(_ json: JSON?) -> String {
        json?.elements.compactMap(\.string).joined(separator: "\n") ?? ""
    }
}
