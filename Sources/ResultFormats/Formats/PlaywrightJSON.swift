/// The `json` reporter of Playwright: nested suites with specs, a test for each project and a result for each try.
struct PlaywrightJSON: JSONHandler {
    /// The titles of the open suites, by their depth in the document; the first is the file.
    private var titles: [String] = []

    func choice(at path: [String]) -> JSONChoice {
        switch path.last {
        case nil, "suites", "specs": .enter
        case "*" where path.count >= 2 && path[path.count - 2] == "suites": .enter
        case "*" where path.count >= 2 && path[path.count - 2] == "specs": .take
        case "errors" where path.count == 1: .enter
        case "*" where path.first == "errors": .take
        case "stats" where path.count == 1: .take
        default: .skip
        }
    }

    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem]) {
        switch path.last {
        case "title" where path.first == "suites":
            let depth = path.count { $0 == "suites" }
            titles = Array(titles.prefix(depth - 1))
            if let title = value.string { titles.append(title) }
        case "*" where path.contains("specs"):
            let depth = path.count { $0 == "suites" }
            spec(value, titles.prefix(depth).filter { !$0.isEmpty }, &items)
        case "*" where path.first == "errors":
            var result = ReadResult(name: "playwright (suite)", status: .error)
            result.error = error(value)
            items.append(.result(result))
        case "stats":
            if let at = value["startTime"]?.instantMs { items.append(.fact(ReadPair("startedAt", String(at)))) }
        default: break
        }
    }

    private func spec(_ json: JSON, _ suitePath: [String], _ items: inout [ReadItem]) {
        for test in json["tests"]?.elements ?? [] {
            var result = ReadResult(name: json["title"]?.text ?? "unnamed", status: .skipped)
            let project = test["projectName"]?.text
            result.suitePath = (project.map { [$0] } ?? []) + suitePath
            result.file = json["file"]?.text
            result.tags = json["tags"]?.elements.compactMap(\.text) ?? []
            if let line = json["line"]?.words { result.metadata.append(ReadPair("line", line)) }
            for note in test["annotations"]?.elements ?? [] {
                result.metadata.append(ReadPair(note["type"]?.text ?? "annotation", note["description"]?.text ?? ""))
            }
            let tries = test["results"]?.elements ?? []
            guard !tries.isEmpty else {
                result.rawStatus = test["status"]?.text.flatMap { $0 == "skipped" ? nil : $0 }
                items.append(.result(result))
                continue
            }
            for json in tries {
                var attempt = result
                fill(&attempt, json, expected: test["expectedStatus"]?.string ?? "passed")
                if tries.count > 1 {
                    attempt.attempt = (json["retry"]?.integer).map { Int(max(0, min($0, 10_000))) + 1 }
                }
                items.append(.result(attempt))
            }
        }
    }

    private func fill(_ result: inout ReadResult, _ json: JSON, expected: String) {
        let word = json["status"]?.string ?? ""
        switch word {
        case "passed": result.status = expected == "failed" ? .failed : .passed
        case "failed": result.status = expected == "failed" ? .passed : .failed
        case "timedOut": result.status = .timeout
        case "skipped": result.status = .skipped
        default: result.status = .error
        }
        if result.status.rawValue != word { result.rawStatus = word }
        if expected == "failed", word == "passed" { result.flags.append("unexpectedPass") }
        result.startedAt = json["startTime"]?.instantMs
        if let (ms, flag) = json["duration"]?.number.map(ForeignTime.clamped) {
            result.durationMs = ms
            if let flag { result.flags.append(flag) }
        }
        result.error = error(json["error"] ?? json["errors"]?.elements.first)
        result.standardOutput = output(json["stdout"])
        result.standardError = output(json["stderr"])
        result.steps = json["steps"]?.elements.map(step) ?? []
        result.attachments =
            json["attachments"]?.elements.map { item in
                let path = item["path"]?.text
                return ReadAttachment(
                    name: item["name"]?.text ?? path.map(AttachmentMarks.lastPart) ?? "attachment",
                    mediaType: item["contentType"]?.text,
                    path: path, bytes: item["body"]?.text.flatMap(Base64.decode))
            } ?? []
    }

    /// Depth is bounded by that of the document.
    private func step(_ json: JSON) -> ReadStep {
        var step = ReadStep(name: json["title"]?.text ?? "unnamed", status: json["error"] == nil ? .passed : .failed)
        step.durationMs = json["duration"]?.number.map { ForeignTime.clamped($0).ms }
        step.error = error(json["error"])
        step.steps = json["steps"]?.elements.map(self.step) ?? []
        return step
    }

    private func error(_ json: JSON?) -> ReadError? {
        guard let json else { return nil }
        let error = ReadError(
            message: json["message"]?.text ?? json["value"]?.text, stack: json["stack"]?.text ?? json["snippet"]?.text)
        return error == ReadError() ? nil : error
    }

    private func output(_ json: JSON?) -> String {
        (json?.elements ?? []).map { part in
            part["text"]?.string ?? part["buffer"]?.text.flatMap(Base64.decode).map {
                String(decoding: $0, as: UTF8.self)
            } ?? ""
        }.joined()
    }
}
