extension CaseDefinition {
    /// Reads a definition from a document, collecting every fault with its pointer below `pointer`.
    ///
    /// The value is meaningful only when no fault was found.
    package static func read(_ document: JSONValue, at pointer: String = "") -> (CaseDefinition, [FieldFault]) {
        var reader = FieldReader(document, at: pointer)
        let definition = read(&reader)
        return (definition, reader.finished())
    }

    /// Reads from `reader`, which the caller finishes (it may know more keys).
    package static func read(_ reader: inout FieldReader) -> CaseDefinition {
        let key = reader.humanKey("key")
        let type: CaseType = reader.word("type") ?? .generic
        if type != .generic { reader.fault("type", "only generic cases can be run by this version") }
        let definition = CaseDefinition(
            key: key, name: reader.string("name", Limits.definitionName), type: type,
            description: reader.string("description", Limits.description),
            tags: reader.strings("tags", Limits.tags, each: 1...63, .label) ?? [],
            labels: reader.strings("labels", Limits.tags, each: 1...63, .label) ?? [],
            parameters: reader.stringMap("parameters") ?? [:],
            timeoutMs: reader.integer("timeoutMs", in: Limits.timeoutMs),
            retry: reader.object("retry", RetryPolicy.read),
            steps: reader.objects("steps", Limits.stepsPerCase, StepDefinition.read) ?? [])
        if let fault = labelsFault(definition.labels) { reader.fault("labels", fault) }
        if !reader.has("steps") { reader.fault("steps", "is required") }
        return definition
    }
}

/// Whether `text` can be a tag or a label.
package func isTag(_ text: String) -> Bool { TextPattern.label.matches(text) }

/// What is wrong with labels as a whole: the queue stores them as one text of at most 1,024 bytes; nil when they fit.
package func labelsFault(_ labels: some Collection<String>) -> String? {
    let bytes = labels.reduce(0) { $0 + $1.utf8.count } + max(0, labels.count - 1)
    return bytes <= 1024 ? nil : "must have at most 1024 bytes together"
}

extension RetryPolicy {
    /// Reads `{maxAttempts, backoffMs, on}`.
    package static func read(_ reader: inout FieldReader) -> RetryPolicy {
        let attempts = reader.integer("maxAttempts", in: 1...10) ?? 3
        let backoff = reader.integer("backoffMs", in: 0...600_000) ?? 1000
        let outcomes = reader.strings("on", 0...2, each: 1...16) ?? []
        var verdicts: [Verdict] = []
        for (index, outcome) in outcomes.enumerated() {
            guard let verdict = Verdict(rawValue: outcome), verdict == .failed || verdict == .timeout else {
                reader.faults.append(FieldFault(reader.path("on") + "/\(index)", "must be failed or timeout"))
                continue
            }
            verdicts.append(verdict)
        }
        return RetryPolicy(maxAttempts: Int(attempts), backoffMs: backoff, on: verdicts)
    }
}

extension StepDefinition {
    static func read(_ reader: inout FieldReader) -> StepDefinition {
        let step = StepDefinition(
            name: reader.required("name", Limits.stepName), command: reader.object("command", CommandAction.read),
            http: reader.object("http", HTTPAction.read), wait: reader.object("wait", WaitAction.read),
            expect: reader.object("expect", Expectation.read), capture: captures(&reader),
            timeoutMs: reader.integer("timeoutMs", in: Limits.timeoutMs), always: reader.bool("always"))
        let actions = StepActionKind.allCases.filter { reader.has($0.rawValue) }
        if actions.count != 1 {
            reader.fault("", "must have exactly one of \(StepActionKind.names.joined(separator: ", "))")
        }
        if let expect = step.expect { checkFit(expect, actions.first, &reader) }
        return step
    }

    private static func captures(_ reader: inout FieldReader) -> [String: Capture]? {
        guard let value = reader.value("capture") else { return nil }
        guard let members = value.object else {
            reader.fault("capture", "must be an object")
            return nil
        }
        if let message = countFault(members.count, Limits.captures) { reader.fault("capture", message) }
        var captures: [String: Capture] = [:]
        for (name, member) in members {
            let pointer = reader.path("capture") + "/" + escapedPointerToken(name)
            if let message = nameFault(ofVariable: name) { reader.faults.append(FieldFault(pointer, message)) }
            var inner = FieldReader(member, at: pointer)
            captures[name] = Capture.read(&inner)
            reader.faults += inner.finished()
        }
        return captures
    }

    private static func checkFit(_ expect: Expectation, _ action: StepActionKind?, _ reader: inout FieldReader) {
        let forCommand = expect.exitCode != nil || expect.stdout != nil || expect.stderr != nil
        let forHTTP = expect.status != nil || expect.headers != nil || expect.json != nil || expect.body != nil
        if forCommand, action != .command { reader.fault("expect", "exitCode, stdout and stderr need a command") }
        if forHTTP, action != .http { reader.fault("expect", "status, headers, json and body need http") }
    }
}

extension CommandAction {
    static func read(_ reader: inout FieldReader) -> CommandAction {
        let action = CommandAction(
            argv: reader.strings("argv", 1...1000, each: Limits.valueText),
            shell: reader.string("shell", 1...Limits.valueText.upperBound), env: reader.stringMap("env"),
            cwd: reader.string("cwd", Limits.path), stdin: reader.string("stdin", Limits.bodyText),
            artifacts: reader.strings("artifacts", 0...100, each: 1...1024))
        if reader.has("argv") == reader.has("shell") { reader.fault("", "must have exactly one of argv and shell") }
        if action.argv?.first?.isEmpty == true { reader.fault("argv", "must name a program") }
        return action
    }
}

extension HTTPAction {
    static func read(_ reader: inout FieldReader) -> HTTPAction {
        let action = HTTPAction(
            method: reader.string("method", 1...16, .method), url: reader.required("url", Limits.stepURL),
            headers: reader.stringMap("headers", names: .headerName, Limits.headers),
            body: reader.string("body", Limits.bodyText),
            json: reader.value("json"),
            tls: reader.object("tls") { tls in
                TLS(verify: tls.bool("verify"), caFile: tls.string("caFile", Limits.path))
            },
            followRedirects: reader.bool("followRedirects"))
        if !action.url.isEmpty, !["http://", "https://", "${"].contains(where: action.url.hasPrefix) {
            reader.fault("url", "must begin with http:// or https:// or a ${variable}")
        }
        if action.body != nil, action.json != nil { reader.fault("", "must have at most one of body and json") }
        return action
    }
}

extension WaitAction {
    static func read(_ reader: inout FieldReader) -> WaitAction {
        guard let duration = reader.integer("durationMs", in: 0...3_600_000) else {
            if !reader.has("durationMs") { reader.fault("durationMs", "is required") }
            return WaitAction(durationMs: 0)
        }
        return WaitAction(durationMs: duration)
    }
}

extension Capture {
    static func read(_ reader: inout FieldReader) -> Capture {
        let source: Source? = reader.word("from")
        if !reader.has("from") { reader.fault("from", "is required") }
        let capture = Capture(
            from: source ?? .stdout, regex: reader.string("regex", Limits.expression),
            pointer: reader.string("pointer", 0...4096, .pointer), header: reader.string("header", 1...128, .headerName)
        )
        if source == .header, capture.header == nil { reader.fault("header", "is required when from is header") }
        return capture
    }
}
