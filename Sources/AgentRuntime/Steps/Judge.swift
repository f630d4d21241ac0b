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
        switch step.action {
        case .command: try judgeCommand(expect)
        case .http: try judgeHTTP(expect)
        case .wait, nil: break
        }
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
        var document: JSONValue?
        var absent: JSONValue = "nothing there"
        do throws(JSONError) {
            document = try JSONParser.parse(facts.body ?? "", roundsIntegers: true)
        } catch {
            absent = .string("the body is not JSON: \(error.message)")
        }
        for (pointer, value) in expected.sorted(by: { $0.key < $1.key }) {
            let wanted = try scope.variables.substitute(value)
            let actual = document?.value(at: pointer)
            add("json", pointer, wanted, actual ?? absent, actual.map { isSame($0, wanted) } ?? false)
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
        let isMet = try matcher.holds(for: text, scope)
        add(kind, target, condition(matcher), .string(scope.forms.excerpt(text, codePoints: 200)), isMet)
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
                kind: kind, target: target, expected: shown(expected), actual: shown(actual), passed: passed))
    }

    /// Levels of a document that stay one in the trace; with those of the request around it, the server takes 64.
    private static let shownDepth = 32

    /// Masked, then cut to 1,000 bytes; a document that is too long or deep, or whose text holds a secret across its
    /// parts, is shown as text.
    private func shown(_ value: JSONValue) -> JSONValue {
        if let text = value.string { return .string(scope.redact(text).cut(bytes: 1_000)) }
        let masked = scope.redact(value)
        let text = masked.text
        let whole = scope.redact(text)
        if whole == text, text.utf8.count <= 1_000, masked.depth <= Self.shownDepth { return masked }
        return .string(whole.utf8.count <= 1_000 ? whole : whole.cut(bytes: 1_000) + "…")
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

extension JSONValue {
    /// Arrays and objects one inside the other.
    fileprivate var depth: Int {
        switch self {
        case .array(let items): 1 + (items.map(\.depth).max() ?? 0)
        case .object(let members): 1 + (members.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }
}
