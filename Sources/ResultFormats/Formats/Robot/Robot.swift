/// Robot Framework's `output.xml`. Tests wait for the tear-down of their suites, which may fail them all.
final class Robot: XMLHandler {
    private struct Suite {
        let name: String
        let file: String?
        /// Where its tests begin among the held ones.
        let firstHeld: Int
    }

    private var suites: [Suite] = []
    private var test: ReadResult?
    /// The open keywords and control structures, outermost first.
    private var steps: [RobotStep] = []
    private var held = HeldResults()
    private var isInStatistics = false
    /// What the steps of the test at hand may still take; loops can have millions.
    private var room = 0

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        if isInStatistics { return }
        switch name {
        case "statistics", "errors": isInStatistics = true
        case "suite":
            suites.append(
                Suite(name: attributes["name"]?.string ?? "", file: attributes["source"]?.nonEmpty, firstHeld: held.end)
            )
            room = 16 << 20
        case "test": begin(attributes)
        case "kw", "for", "while", "iter", "if", "branch", "try", "group":
            steps.append(RobotStep(name, attributes))
        case "msg", "arg", "doc", "tag": driver.collect()
        case "status":
            status(attributes)
            driver.collect()
        default: break
        }
    }

    func end(_ name: XMLName, _ driver: XMLDriver) {
        if isInStatistics {
            if name == "statistics" || name == "errors" { isInStatistics = false }
            return
        }
        switch name {
        case "msg": message(driver.takeText())
        case "arg": argument(driver.takeText())
        case "doc": if steps.isEmpty { documentation(driver.takeText()) }
        case "tag": if steps.isEmpty { test?.tags.append(driver.takeText()) }
        case "status": statusText(driver.takeText())
        case "kw", "for", "while", "iter", "if", "branch", "try", "group": endStep(driver)
        case "test":
            if let test { emit(held.add(test), driver) }
            test = nil
        case "suite":
            _ = suites.popLast()
            if suites.isEmpty { emit(held.take(), driver) }
        default: break
        }
    }

    func finish(_ driver: XMLDriver) {
        emit(held.take(), driver)
    }

    private func emit(_ results: [ReadResult], _ driver: XMLDriver) {
        for result in results { driver.items.append(.result(result)) }
    }

    private func begin(_ attributes: XMLAttributes) {
        var result = ReadResult(name: attributes["name"]?.nonEmpty ?? "unnamed", status: .error)
        result.suitePath = suites.map(\.name)
        result.className = result.suitePath.joined(separator: ".")
        result.file = suites.last?.file
        if let line = attributes["line"]?.nonEmpty { result.metadata.append(ReadPair("line", line)) }
        test = result
        room = 16 << 20
    }

    private func status(_ attributes: XMLAttributes) {
        let outcome = RobotOutcome(attributes)
        if let last = steps.indices.last { return steps[last].take(outcome) }
        guard test != nil else { return }
        test?.status = outcome.status
        test?.rawStatus = outcome.raw
        test?.startedAt = outcome.startedAt
        test?.durationMs = outcome.durationMs
    }

    private func statusText(_ text: String) {
        guard !text.isEmpty else { return }
        if let last = steps.indices.last {
            if steps[last].step.status != .passed { steps[last].step.error = ReadError(message: text) }
        } else if test != nil {
            test?.error = ReadError(message: text)
        }
    }

    private func message(_ text: String) {
        guard let last = steps.indices.last, spend(text.utf8.count) else { return }
        steps[last].step.output += text + "\n"
    }

    private func argument(_ text: String) {
        guard let last = steps.indices.last, spend(text.utf8.count + 64) else { return }
        let number = steps[last].step.parameters.count + 1
        steps[last].step.parameters.append(ReadPair(String(number), text))
    }

    private func documentation(_ text: String) {
        if !text.isEmpty { test?.metadata.append(ReadPair("documentation", text)) }
    }

    private func endStep(_ driver: XMLDriver) {
        guard let done = steps.popLast() else { return }
        if let last = steps.indices.last {
            if spend(256) { steps[last].step.steps.append(done.step) }
        } else if test != nil {
            if spend(256) { test?.steps.append(done.step) }
        } else if done.isFixture, done.step.status == .failed, let suite = suites.last {
            fixtureFailed(done, suite, driver)
        }
    }

    private func spend(_ bytes: Int) -> Bool {
        room -= bytes
        if room < 0, test != nil, test?.flags.contains("cut") == false { test?.flags.append("cut") }
        return room >= 0
    }

    /// A set-up or tear-down of a suite. After a tear-down all its tests count as failed, as Robot's own report has it.
    private func fixtureFailed(_ done: RobotStep, _ suite: Suite, _ driver: XMLDriver) {
        let message = done.step.error?.message ?? ""
        if done.isTeardown {
            held.change(from: suite.firstHeld) { result in
                let before = result.error?.message.map { $0 + "\n\nAlso parent" } ?? "Parent"
                result.error = ReadError(message: before + " suite teardown failed:\n" + message)
                result.status = .failed
            }
        }
        var result = ReadResult(name: suite.name + " (suite)", status: .failed)
        result.suitePath = suites.map(\.name)
        result.className = result.suitePath.joined(separator: ".")
        result.file = suite.file
        result.startedAt = done.step.startedAt
        result.durationMs = done.step.durationMs
        result.error = done.step.error
        result.steps = [done.step]
        emit(held.add(result), driver)
    }
}
