import Domain
import Wire

/// Compares what a step did with what was expected.
struct Judge {
    let scope: StepScope
    let facts: StepFacts
    private(set) var checks: [Check] = []

    init(scope: StepScope, facts: StepFacts) {
        self.scope = scope
        self.facts = facts
    }

    /// Every expectation becomes a check; the first that fails names the error.
    mutating func judge(_ step: StepDefinition) throws(PreconditionFailure) -> StepError? {
        let expect = step.expect ?? Expectation()
        if step.command != nil { try judgeCommand(expect) }
        if step.http != nil { try judgeHTTP(expect) }
        if let limit = expect.maxDurationMs {
            add("maxDuration", nil, .integer(limit), .integer(facts.durationMs), facts.durationMs <= limit)
        }
        guard let failed = checks.first(where: { !$0.passed }) else { return nil }
        return StepError(type: FaultCode.stepFailed, message: bounded(sentence(failed)))
    }

    private mutating func judgeCommand(_ expect: Expectation) throws(PreconditionFailure) {
        let wanted = expect.exitCode ?? 0
        let actual: JSONValue =
            facts.exitCode.map { .integer(Int64($0)) } ?? .string(facts.signal.map { "signal \($0)" } ?? "none")
        add("exitCode", nil, .integer(Int64(wanted)), actual, facts.exitCode == wanted)
        if let matcher = expect.stdout { try match("stdout", nil, matcher, facts.stdout ?? "") }
        if let matcher = expect.stderr { try match("stderr", nil, matcher, facts.stderr ?? "") }
    }

    private mutating func judgeHTTP(_ expect: Expectation) throws(PreconditionFailure) {
        let status = facts.status ?? 0
        let allowed = expect.status?.allowed
        let expected: JSONValue =
            allowed.map { codes in
                codes.count == 1 ? .integer(Int64(codes.first ?? 0)) : .array(codes.map { .integer(Int64($0)) })
            } ?? "2xx"
        add("status", nil, expected, .integer(Int64(status)), allowed?.contains(status) ?? (200..<300).contains(status))
        for (name, matcher) in (expect.headers ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let value = facts.header(name) {
                try match("header", name, matcher, value)
            } else {
                var isMet = false
                if case .notContains = matcher { isMet = true }
                add("header", name, condition(try matcher.substituted(scope.variables)), .null, isMet)
            }
        }
        if let json = expect.json { try judgeJSON(json) }
        if let matcher = expect.body { try match("body", nil, matcher, facts.body ?? "") }
    }

    private mutating func judgeJSON(_ expected: [String: JSONValue]) throws(PreconditionFailure) {
        let document = try? JSONParser.parse(facts.body ?? "", maximumDepth: 256, roundsIntegers: true)
        for (pointer, value) in expected.sorted(by: { $0.key < $1.key }) {
            let wanted = try scope.variables.substitute(value)
            let actual = document?.value(at: pointer)
            let shown = document == nil ? "the body is not JSON" : actual ?? "nothing there"
            add("json", pointer, wanted, shown, actual.map { isSame($0, wanted) } ?? false)
        }
    }

    /// 1 and 1.0 are the same number.
    private func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        if left == right { return true }
        if let left = left.number, let right = right.number { return left == right }
        return false
    }

    private mutating func match(
        _ kind: String, _ target: String?, _ matcher: Matcher, _ text: String
    ) throws(PreconditionFailure) {
        let matcher = try matcher.substituted(scope.variables)
        let shown = String(text.prefix(200)) + (text.count > 200 ? "…" : "")
        add(kind, target, condition(matcher), .string(shown), try matcher.holds(for: text))
    }

    private func condition(_ matcher: Matcher) -> JSONValue {
        let expected = matcher.expected
        return .object([expected.word: .string(expected.text)])
    }

    private mutating func add(
        _ kind: String, _ target: String?, _ expected: JSONValue, _ actual: JSONValue, _ passed: Bool
    ) {
        checks.append(
            Check(
                kind: kind, target: target, expected: bound(scope.redact(expected)),
                actual: bound(scope.redact(actual)), passed: passed))
    }

    private func bound(_ value: JSONValue) -> JSONValue {
        if let text = value.string { return .string(boundedText(Array(text.utf8), 1_000)) }
        let bytes = value.serialized()
        return bytes.count <= 1_000 ? value : .string(boundedText(bytes, 1_000) + "…")
    }

    private func sentence(_ check: Check) -> String {
        let subject = check.target.map { "\(check.kind) \($0)" } ?? check.kind
        let actual = check.actual.string.map { "'\($0)'" } ?? check.actual.text
        if let (word, text) = check.expected.object?.first, let text = text.string {
            return switch word {
            case "equals": "\(subject) is \(actual), expected '\(text)'"
            case "notContains": "\(subject) contains '\(text)'"
            case "matches": "\(subject) does not match '\(text)'"
            default: "\(subject) does not contain '\(text)'"
            }
        }
        switch check.kind {
        case "exitCode":
            return "exit code is \(check.actual.string ?? check.actual.text), expected \(check.expected.text)"
        case "maxDuration": return "took \(check.actual.text) ms, at most \(check.expected.text) ms are allowed"
        default: return "\(subject) is \(actual), expected \(check.expected.string ?? check.expected.text)"
        }
    }
}
