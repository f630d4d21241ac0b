import Domain

/// Takes the values that a step leaves for later ones.
func captureValues(
    _ captures: [String: Capture], from facts: StepFacts
) throws(PreconditionFailure) -> [String: String] {
    var values: [String: String] = [:]
    for (name, capture) in captures { values[name] = try value(of: capture, named: name, facts) }
    return values
}

private func value(of capture: Capture, named name: String, _ facts: StepFacts) throws(PreconditionFailure) -> String {
    guard var text = source(capture, facts) else {
        throw PreconditionFailure(
            "cannot capture '\(name)': the step has no \(capture.header ?? capture.from.rawValue)")
    }
    if let pointer = capture.pointer {
        guard let document = try? JSONParser.parse(text, maximumDepth: 256, roundsIntegers: true),
            let member = document.value(at: pointer)
        else {
            throw PreconditionFailure("cannot capture '\(name)': nothing at '\(pointer)'")
        }
        text = member.string ?? member.text
    }
    if let pattern = capture.regex {
        guard let found = try PatternSearch.first(pattern, in: text) else {
            throw PreconditionFailure("cannot capture '\(name)': no match for '\(pattern)'")
        }
        return found
    }
    guard capture.pointer == nil, [.stdout, .stderr].contains(capture.from) else { return text }
    // As in `$(…)` of a shell: line ends at the end are not part of the value.
    while text.last?.isNewline == true { text.removeLast() }
    return text
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
