enum NDJSONRun {
    static func read(_ json: JSON) -> ReadRun {
        var run = ReadRun()
        run.key = json["key"]?.words
        run.name = json["name"]?.text
        run.suite = json["suite"]?.text
        run.branch = json["branch"]?.text
        run.commit = json["commit"]?.text
        run.environment = json["environment"]?.text
        run.startedAt = json["startedAt"]?.instantMs
        run.finishedAt = json["finishedAt"]?.instantMs
        run.url = json["url"]?.text
        run.tags = json["tags"]?.elements.compactMap(\.text) ?? []
        return run
    }
}

enum NDJSONResult {
    static func read(_ json: JSON, _ line: LineSplitter.Line) throws(Refusal) -> ReadResult {
        guard let test = json["test"]?.text ?? json["name"]?.text else {
            throw line.refusal("bad_line", "a result names its test")
        }
        var result = ReadResult(name: json["name"]?.text ?? test, status: try status(json, line))
        result.explicitIdentity = json["test"]?.text
        result.className = json["className"]?.text
        result.suitePath = json["suitePath"]?.elements.compactMap(\.text) ?? []
        result.file = json["file"]?.text
        if let attempt = json["attempt"] {
            guard let number = attempt.integer, (1...10_000).contains(number) else {
                throw line.refusal("bad_line", "attempt counts from 1")
            }
            result.attempt = Int(number)
        }
        result.startedAt = json["startedAt"]?.instantMs
        if json["startedAt"] != nil, json["startedAt"] != .null, result.startedAt == nil {
            throw line.refusal("bad_line", "startedAt is no instant")
        }
        if let (ms, flag) = json["durationMs"]?.number.map(ForeignTime.clamped) {
            result.durationMs = ms
            if let flag { result.flags.append(flag) }
        }
        result.error = error(json["error"])
        result.standardOutput = json["output"]?.string ?? ""
        result.tags = json["tags"]?.elements.compactMap(\.text) ?? []
        result.parameters = ReadPair.list(json["parameters"])
        result.metadata = ReadPair.list(json["metadata"])
        result.steps = try steps(json["steps"], line)
        return result
    }

    private static func status(_ json: JSON, _ line: LineSplitter.Line) throws(Refusal) -> ReadResult.Status {
        guard let word = json["status"]?.string else { throw line.refusal("bad_line", "a result has a status") }
        guard let status = ReadResult.Status(rawValue: word) else {
            throw line.refusal("unknown_status", "status is one of passed, failed, error, skipped, timeout")
        }
        return status
    }

    private static func error(_ json: JSON?) -> ReadError? {
        guard let json else { return nil }
        if let message = json.text { return ReadError(message: message) }
        let error = ReadError(type: json["type"]?.text, message: json["message"]?.text, stack: json["stack"]?.text)
        return error == ReadError() ? nil : error
    }

    /// Depth is bounded by that of the line.
    private static func steps(_ json: JSON?, _ line: LineSplitter.Line) throws(Refusal) -> [ReadStep] {
        var steps: [ReadStep] = []
        for item in json?.elements ?? [] {
            var step = ReadStep(name: item["name"]?.text ?? "unnamed", status: try status(item, line))
            step.startedAt = item["startedAt"]?.instantMs
            step.durationMs = item["durationMs"]?.number.map { ForeignTime.clamped($0).ms }
            step.error = error(item["error"])
            step.output = item["output"]?.string ?? ""
            step.parameters = ReadPair.list(item["parameters"])
            step.steps = try self.steps(item["steps"], line)
            steps.append(step)
        }
        return steps
    }
}

extension ReadPair {
    /// An object's members, or a list of objects with `name` and `value`.
    static func list(_ json: JSON?) -> [ReadPair] {
        switch json {
        case .object(let members): members.compactMap { member in member.value.words.map { ReadPair(member.name, $0) } }
        case .array(let elements):
            elements.compactMap { element in
                element["name"]?.text.map { ReadPair($0, element["value"]?.words ?? "") }
            }
        default: []
        }
    }
}
