/// Cucumber's messages: a line for each. Features and pickles come first and are kept while their test cases may run.
struct CucumberMessages: JSONLineHandler {
    private struct Pickle {
        let name: String
        let uri: String
        let tags: [String]
        let nodes: [String]
        let steps: [String: String]
    }

    private struct Case {
        let pickle: String
        /// Their ids and names in order.
        let steps: [(id: String, name: String)]
    }

    private struct Started {
        var result: ReadResult
        let steps: [(id: String, name: String)]
        var done: [String: ReadStep] = [:]
        var startedNs: Double?
    }

    private var nodes = CucumberNodes()
    private var pickles: [String: Pickle] = [:]
    private var cases: [String: Case] = [:]
    private var hooks: [String: String] = [:]
    private var started: [String: Started] = [:]
    private var runHooks: [String: String] = [:]

    mutating func take(_ line: JSON, _ items: inout [ReadItem]) {
        for member in line.members {
            switch member.name {
            case "gherkinDocument": nodes.add(member.value)
            case "pickle": add(pickle: member.value)
            case "hook": add(hook: member.value)
            case "testCase": add(testCase: member.value)
            case "testCaseStarted": start(member.value)
            case "testStepFinished": finish(step: member.value)
            case "attachment": attach(member.value)
            case "testCaseFinished": finish(case: member.value, &items)
            case "testRunStarted": fact("startedAt", member.value, &items)
            case "testRunFinished": fact("finishedAt", member.value, &items)
            case "testRunHookStarted":
                if let id = member.value["id"]?.string {
                    runHooks[id] = hooks[member.value["hookId"]?.string ?? ""] ?? "hook"
                }
            case "testRunHookFinished": finish(runHook: member.value, &items)
            case "parseError": parseError(member.value, &items)
            default: break
            }
        }
    }

    /// What began and never ended: the run was broken off.
    mutating func finish(_ items: inout [ReadItem]) {
        for (_, open) in started.sorted(by: { $0.key < $1.key }) {
            var result = self.result(open)
            (result.status, result.rawStatus) = (.error, "unfinished")
            items.append(.result(result))
        }
    }

    private mutating func add(pickle json: JSON) {
        guard let id = json["id"]?.string else { return }
        var steps: [String: String] = [:]
        for step in json["steps"]?.elements ?? [] {
            guard let stepId = step["id"]?.string else { continue }
            let keyword = (step["astNodeIds"]?.elements ?? []).compactMap { $0.string.flatMap { nodes.keywords[$0] } }
                .first
            steps[stepId] = (keyword ?? "") + (step["text"]?.string ?? "")
        }
        pickles[id] = Pickle(
            name: json["name"]?.text ?? "unnamed", uri: json["uri"]?.string ?? "",
            tags: (json["tags"]?.elements ?? []).compactMap { $0["name"]?.text }.map {
                $0.hasPrefix("@") ? String($0.dropFirst()) : $0
            },
            nodes: (json["astNodeIds"]?.elements ?? []).compactMap(\.string), steps: steps)
    }

    private mutating func add(hook json: JSON) {
        guard let id = json["id"]?.string else { return }
        let kind = json["type"]?.text?.lowercased().replacing("_", with: " ")
        hooks[id] = json["name"]?.text ?? kind ?? "hook"
    }

    private mutating func add(testCase json: JSON) {
        guard let id = json["id"]?.string, let pickleId = json["pickleId"]?.string else { return }
        let texts = pickles[pickleId]?.steps ?? [:]
        let steps = (json["testSteps"]?.elements ?? []).compactMap { step -> (String, String)? in
            guard let stepId = step["id"]?.string else { return nil }
            let name =
                step["pickleStepId"]?.string.flatMap { texts[$0] } ?? step["hookId"]?.string.flatMap { hooks[$0] }
            return (stepId, name ?? "hook")
        }
        cases[id] = Case(pickle: pickleId, steps: steps)
    }

    private mutating func start(_ json: JSON) {
        guard let id = json["id"]?.string, let testCase = cases[json["testCaseId"]?.string ?? ""],
            let pickle = pickles[testCase.pickle]
        else { return }
        var result = ReadResult(name: pickle.name, status: .passed)
        result.suitePath = nodes.suitePath(uri: pickle.uri, nodes: pickle.nodes)
        result.file = pickle.uri
        result.explicitIdentity = nodes.identity(uri: pickle.uri, nodes: pickle.nodes)
        result.tags = pickle.tags
        if let attempt = json["attempt"]?.integer, (0...10_000).contains(attempt) { result.attempt = Int(attempt) + 1 }
        let ns = CucumberTime.nanoseconds(json["timestamp"])
        result.startedAt = ns.flatMap(CucumberTime.instant)
        started[id] = Started(result: result, steps: testCase.steps, startedNs: ns)
    }

    private mutating func finish(step json: JSON) {
        guard let id = json["testCaseStartedId"]?.string, let stepId = json["testStepId"]?.string,
            let open = started[id]
        else { return }
        let name = open.steps.first { $0.id == stepId }?.name ?? "step"
        var step = open.done[stepId] ?? ReadStep(name: name, status: .passed)
        CucumberTime.fill(&step, json["testStepResult"])
        started[id]?.done[stepId] = step
    }

    private mutating func attach(_ json: JSON) {
        guard let id = json["testCaseStartedId"]?.string, let open = started[id] else { return }
        let body = json["body"]?.string ?? ""
        let isBase64 = json["contentEncoding"]?.string == "BASE64"
        let media = json["mediaType"]?.text
        guard let stepId = json["testStepId"]?.string else { return }
        var step =
            open.done[stepId] ?? ReadStep(name: open.steps.first { $0.id == stepId }?.name ?? "step", status: .passed)
        if media == "text/x.cucumber.log+plain" {
            step.output += body + "\n"
        } else {
            step.attachments.append(
                ReadAttachment(
                    name: json["fileName"]?.text ?? "attachment", mediaType: media, path: json["url"]?.text,
                    bytes: isBase64 ? Base64.decode(body) : Array(body.utf8)))
        }
        started[id]?.done[stepId] = step
    }

    private mutating func finish(case json: JSON, _ items: inout [ReadItem]) {
        guard let id = json["testCaseStartedId"]?.string, let open = started.removeValue(forKey: id) else { return }
        var result = result(open)
        if let from = open.startedNs, let to = CucumberTime.nanoseconds(json["timestamp"]) {
            result.durationMs = ForeignTime.clamped((to - from) / 1e6).ms
        }
        items.append(.result(result))
    }

    private func result(_ open: Started) -> ReadResult {
        var result = open.result
        result.steps = open.steps.compactMap { open.done[$0.id] }
        (result.status, result.rawStatus) = CucumberStatus.worst(result.steps)
        result.error = result.steps.first { $0.error != nil && $0.status == result.status }?.error
        return result
    }

    private mutating func finish(runHook json: JSON, _ items: inout [ReadItem]) {
        var step = ReadStep(
            name: runHooks.removeValue(forKey: json["testRunHookStartedId"]?.string ?? "") ?? "hook", status: .passed)
        CucumberTime.fill(&step, json["result"])
        guard step.status != .passed, step.status != .skipped else { return }
        var result = ReadResult(name: step.name, status: .failed)
        (result.rawStatus, result.error, result.durationMs) = (step.rawStatus, step.error, step.durationMs)
        items.append(.result(result))
    }

    private func parseError(_ json: JSON, _ items: inout [ReadItem]) {
        let uri = json["source"]?["uri"]?.text ?? "feature"
        var result = ReadResult(name: uri + " (suite)", status: .error)
        result.file = uri
        result.error = ReadError(type: "parseError", message: json["message"]?.text)
        items.append(.result(result))
    }

    private func fact(_ name: String, _ json: JSON, _ items: inout [ReadItem]) {
        guard let at = CucumberTime.nanoseconds(json["timestamp"]).flatMap(CucumberTime.instant) else { return }
        items.append(.fact(ReadPair(name, String(at))))
    }
}
