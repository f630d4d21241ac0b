import Domain

/// A value that a step leaves for later ones.
struct CapturedValue: Equatable {
    let text: String
    /// Masked and cut for the trace.
    let shown: String
}

/// Takes the values that a step leaves for later ones.
func captureValues(
    _ captures: [String: Capture], from facts: StepFacts, _ scope: StepScope
) throws(PreconditionFailure) -> [String: CapturedValue] {
    var values: [String: CapturedValue] = [:]
    for (name, capture) in captures { values[name] = try value(of: capture, named: name, facts, scope) }
    return values
}

private func value(
    of capture: Capture, named name: String, _ facts: StepFacts, _ scope: StepScope
) throws(PreconditionFailure) -> CapturedValue {
    guard var text = source(capture, facts) else {
        throw PreconditionFailure(
            "cannot capture '\(name)': the step has no \(capture.header ?? capture.from.rawValue)")
    }
    if let pointer = capture.pointer {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONParser.parse(text, roundsIntegers: true)
        } catch {
            throw PreconditionFailure("cannot capture '\(name)': the text is not JSON: \(error.message)")
        }
        guard let member = document.value(at: pointer) else {
            throw PreconditionFailure("cannot capture '\(name)': nothing at '\(pointer)'")
        }
        text = member.string ?? member.text
    }
    if let pattern = capture.regex {
        guard let found = try PatternSearch(scope: scope).first(pattern, in: text) else {
            throw PreconditionFailure("cannot capture '\(name)': no match for '\(pattern)'")
        }
        // The pattern may cut a secret: what is shown is masked in the light of the whole text.
        let value = String(decoding: Array(text.utf8)[found.clamped(to: 0..<text.utf8.count)], as: UTF8.self)
        return CapturedValue(text: value, shown: bounded(scope.forms.redact(text, only: found)))
    }
    if capture.pointer == nil, [.stdout, .stderr].contains(capture.from) {
        // As in `$(…)` of a shell: line ends at the end are not part of the value.
        while text.last?.isNewline == true { text.removeLast() }
    }
    return CapturedValue(text: text, shown: bounded(scope.redact(text)))
}

private func source(_ capture: Capture, _ facts: StepFacts) -> String? {
    switch capture.from {
    case .stdout: facts.stdout
    case .stderr: facts.stderr
    case .body: facts.body
    case .header: capture.header.flatMap(facts.header)
    case .exitCode: facts.exitCode.map(String.init)
    case .status: facts.status.map(String.init)
    }
}
