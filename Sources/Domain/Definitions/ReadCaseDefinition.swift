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
            key: key, name: reader.string("name", maximumLength: 255), type: type,
            description: reader.string("description"), tags: reader.strings("tags") ?? [],
            labels: reader.strings("labels") ?? [], parameters: reader.stringMap("parameters") ?? [:],
            timeoutMs: reader.integer("timeoutMs", in: 1...86_400_000),
            retry: reader.object("retry", RetryPolicy.read),
            steps: reader.objects("steps", maximumCount: 1000, StepDefinition.read) ?? [])
        for (index, tag) in definition.tags.enumerated() where !isTag(tag) {
            reader.faults.append(
                FieldFault(reader.path("tags") + "/\(index)", "must be 1 to 63 letters, digits, '.', '_', ':' or '-'"))
        }
        for (index, label) in definition.labels.enumerated() where !isTag(label) {
            reader.faults.append(
                FieldFault(reader.path("labels") + "/\(index)", "must be 1 to 63 letters, digits, '.', '_', ':' or '-'")
            )
        }
        if definition.steps.isEmpty { reader.fault("steps", "must have at least one step") }
        return definition
    }
}

/// Whether `text` can be a tag or a label.
package func isTag(_ text: String) -> Bool {
    (1...63).contains(text.utf8.count)
        && text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "._:-".unicodeScalars.contains(scalar))
        }
}

extension RetryPolicy {
    /// Reads `{maxAttempts, backoffMs, on}`.
    package static func read(_ reader: inout FieldReader) -> RetryPolicy {
        let attempts = reader.integer("maxAttempts", in: 1...10) ?? 3
        let backoff = reader.integer("backoffMs", in: 0...600_000) ?? 1000
        let outcomes = reader.strings("on") ?? []
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
            name: reader.required("name", maximumLength: 512), command: reader.object("command", CommandAction.read),
            http: reader.object("http", HTTPAction.read), wait: reader.object("wait", WaitAction.read),
            expect: reader.object("expect", Expectation.read), capture: captures(&reader),
            timeoutMs: reader.integer("timeoutMs", in: 1...86_400_000), always: reader.bool("always"))
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
        var captures: [String: Capture] = [:]
        for (name, member) in members {
            let pointer = reader.path("capture") + "/" + escapedPointerToken(name)
            if !isTag(name) || name.contains(":") {
                reader.faults.append(FieldFault(pointer, "variable names are letters, digits, '.', '_' and '-'"))
            }
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
            argv: reader.strings("argv"), shell: reader.string("shell"), env: reader.stringMap("env"),
            cwd: reader.string("cwd", maximumLength: 1024), stdin: reader.string("stdin"),
            artifacts: reader.strings("artifacts", maximumCount: 100))
        if (action.argv == nil) == (action.shell == nil) { reader.fault("", "must have exactly one of argv and shell") }
        if let argv = action.argv, argv.first?.isEmpty != false { reader.fault("argv", "must name a program") }
        for (index, word) in (action.argv ?? []).enumerated() where word.utf8.contains(0) {
            reader.faults.append(FieldFault(reader.path("argv") + "/\(index)", "must not contain a NUL character"))
        }
        return action
    }
}

extension HTTPAction {
    static func read(_ reader: inout FieldReader) -> HTTPAction {
        let action = HTTPAction(
            method: reader.string("method", maximumLength: 20), url: reader.required("url", maximumLength: 8192),
            headers: reader.stringMap("headers"), body: reader.string("body", maximumLength: 1_048_576),
            json: reader.value("json"),
            tls: reader.object("tls") { tls in TLS(verify: tls.bool("verify"), caFile: tls.string("caFile")) },
            followRedirects: reader.bool("followRedirects"))
        if let method = action.method, method.isEmpty || !method.allSatisfy({ $0.isASCII && $0.isUppercase }) {
            reader.fault("method", "must be upper-case letters")
        }
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
            from: source ?? .stdout, regex: reader.string("regex", maximumLength: 1000),
            pointer: reader.string("pointer", maximumLength: 1000), header: reader.string("header", maximumLength: 255))
        if source == .header, capture.header == nil { reader.fault("header", "is required when from is header") }
        return capture
    }
}
