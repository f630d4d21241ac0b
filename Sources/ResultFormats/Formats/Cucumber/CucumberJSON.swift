/// The older JSON of Cucumber and its relatives: a list of features. Each scenario and each row of an outline is a test.
struct CucumberJSON: JSONHandler {
    func choice(at path: [String]) -> JSONChoice {
        path.isEmpty ? .enter : .take
    }

    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem]) {
        // Behave counts seconds where the others count nanoseconds, and says `location` where they say `uri`.
        let unitMs = value["uri"] == nil && value["location"] != nil ? 1000 : 1e-6
        let file = value["uri"]?.text ?? value["location"]?.text.map { self.place($0).file }
        var background: [ReadStep] = []
        for element in value["elements"]?.elements ?? [] {
            let steps = steps(element, unitMs)
            if element["type"]?.string == "background" {
                // Behave tells it once, without results; the others before each scenario.
                background = steps.filter { $0.rawStatus != "unknown" }
                continue
            }
            items.append(.result(scenario(element, value, file, background + steps)))
            background = []
        }
    }

    private func scenario(_ json: JSON, _ feature: JSON, _ file: String?, _ steps: [ReadStep]) -> ReadResult {
        var result = ReadResult(name: json["name"]?.text ?? "unnamed", status: .passed)
        (result.status, result.rawStatus) = CucumberStatus.worst(steps)
        if steps.isEmpty, let word = json["status"]?.text {
            (result.status, result.rawStatus) = CucumberStatus.of(word)
        }
        if let name = feature["name"]?.text { result.suitePath = [name] }
        result.file = file
        let line = json["line"]?.words ?? json["location"]?.text.flatMap { place($0).line }
        if let file, let line { result.explicitIdentity = file + ":" + line }
        result.startedAt = json["start_timestamp"]?.instantMs
        result.durationMs = min(steps.reduce(0) { $0 + ($1.durationMs ?? 0) }, ForeignTime.absurdMs)
        result.error = steps.first { $0.error != nil && $0.status == result.status }?.error
        result.tags = tags(json)
        for tag in tags(feature) where !result.tags.contains(tag) { result.tags.append(tag) }
        result.steps = steps
        return result
    }

    private func steps(_ element: JSON, _ unitMs: Double) -> [ReadStep] {
        let hooks = { (key: String) in (element[key]?.elements ?? []).map { self.step($0, unitMs, hook: key) } }
        let own = (element["steps"]?.elements ?? []).flatMap { json in
            (json["before"]?.elements ?? []).map { step($0, unitMs, hook: "before step") } + [step(json, unitMs)]
                + (json["after"]?.elements ?? []).map { step($0, unitMs, hook: "after step") }
        }
        return hooks("before") + own + hooks("after")
    }

    private func step(_ json: JSON, _ unitMs: Double, hook: String? = nil) -> ReadStep {
        let keyword = json["keyword"]?.text?.trimmed ?? ""
        let name = [keyword, json["name"]?.text ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let outcome = json["result"]
        var step = ReadStep(name: hook ?? (name.isEmpty ? "unnamed" : name), status: .passed)
        (step.status, step.rawStatus) = CucumberStatus.of(outcome?["status"]?.string ?? "")
        step.durationMs = outcome?["duration"]?.number.map { ForeignTime.clamped($0 * unitMs).ms }
        let message = outcome?["error_message"]
        let text = message?.text ?? message.map { $0.elements.compactMap(\.string).joined(separator: "\n") }
        if let text, !text.isEmpty {
            step.error = ReadError(
                message: text.split(separator: "\n", maxSplits: 1).first.map(String.init), stack: text)
        }
        step.output = (json["output"]?.elements ?? []).compactMap(\.string).joined(separator: "\n")
        step.attachments = (json["embeddings"]?.elements ?? []).map { item in
            ReadAttachment(
                name: item["name"]?.text ?? "attachment",
                mediaType: item["mime_type"]?.text ?? item["media"]?["type"]?.text,
                bytes: item["data"]?.text.flatMap(Base64.decode))
        }
        return step
    }

    private func tags(_ json: JSON) -> [String] {
        (json["tags"]?.elements ?? []).compactMap { $0["name"]?.text ?? $0.text }
            .map { $0.hasPrefix("@") ? String($0.dropFirst()) : $0 }
    }

    /// `path:line`.
    private func place(_ location: String) -> (file: String, line: String?) {
        guard let colon = location.lastIndex(of: ":") else { return (location, nil) }
        return (String(location[..<colon]), String(location[location.index(after: colon)...]))
    }
}
