/// What is needed of the features: names, lines and keywords by the ids of their nodes.
struct CucumberNodes {
    private(set) var keywords: [String: String] = [:]
    private var lines: [String: String] = [:]
    private var features: [String: String] = [:]
    private var rules: [String: String] = [:]

    mutating func add(_ json: JSON) {
        guard let feature = json["feature"] else { return }
        features[json["uri"]?.string ?? ""] = feature["name"]?.text
        addChildren(feature, rule: nil)
    }

    /// `uri:line` of the scenario, or of the row of its examples.
    func identity(uri: String, nodes: [String]) -> String? {
        nodes.last.flatMap { lines[$0] }.map { uri + ":" + $0 }
    }

    func suitePath(uri: String, nodes: [String]) -> [String] {
        [features[uri], nodes.first.flatMap { rules[$0] }].compactMap { $0 }
    }

    private mutating func addChildren(_ json: JSON, rule: String?) {
        for child in json["children"]?.elements ?? [] {
            if let inner = child["rule"], rule == nil { addChildren(inner, rule: inner["name"]?.text ?? "") }
            addSteps(child["background"])
            guard let scenario = child["scenario"] else { continue }
            addSteps(scenario)
            let rows = (scenario["examples"]?.elements ?? []).flatMap { $0["tableBody"]?.elements ?? [] }
            for node in [scenario] + rows {
                guard let id = node["id"]?.string else { continue }
                lines[id] = node["location"]?["line"]?.words
                if let rule, !rule.isEmpty { rules[id] = rule }
            }
        }
    }

    private mutating func addSteps(_ json: JSON?) {
        for step in json?["steps"]?.elements ?? [] {
            if let id = step["id"]?.string { keywords[id] = step["keyword"]?.string }
        }
    }
}

enum CucumberTime {
    /// Of `{seconds, nanos}`; seconds may be in words.
    static func nanoseconds(_ json: JSON?) -> Double? {
        guard let json, let seconds = json["seconds"]?.number ?? json["seconds"]?.string.flatMap({ Double($0) }),
            seconds.isFinite
        else { return nil }
        return seconds * 1e9 + (json["nanos"]?.number ?? 0)
    }

    static func instant(_ ns: Double) -> Int64? {
        let ms = ns / 1e6
        return abs(ms) < 9e15 ? Int64(ms) : nil
    }

    static func fill(_ step: inout ReadStep, _ result: JSON?) {
        (step.status, step.rawStatus) = CucumberStatus.of(result?["status"]?.string ?? "")
        step.durationMs = nanoseconds(result?["duration"]).map { ForeignTime.clamped($0 / 1e6).ms }
        let exception = result?["exception"]
        let text = result?["message"]?.text
        guard text != nil || exception != nil else { return }
        step.error = ReadError(
            type: exception?["type"]?.text,
            message: exception?["message"]?.text ?? text?.split(separator: "\n", maxSplits: 1).first.map(String.init),
            stack: exception?["stackTrace"]?.text ?? text)
    }
}
