/// Allure 1: one suite a file, tests with nested steps.
final class AllureXML: XMLHandler {
    private var suite = ""
    private var test: ReadResult?
    private var labels = AllureLabels()
    private var steps: [ReadStep] = []
    private var isFailure = false

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        switch name {
        case "test-case":
            var result = ReadResult(name: "unnamed", status: .error)
            (result.status, result.rawStatus) = AllureStatus.of(attributes["status"]?.string ?? "")
            (result.startedAt, result.durationMs) = times(attributes)
            test = result
            labels = AllureLabels()
        case "step":
            var step = ReadStep(name: "unnamed", status: .error)
            (step.status, step.rawStatus) = AllureStatus.of(attributes["status"]?.string ?? "")
            (step.startedAt, step.durationMs) = times(attributes)
            steps.append(step)
        case "failure": isFailure = true
        case "name", "title", "message", "stack-trace", "description": driver.collect()
        case "attachment": attach(attributes)
        case "label":
            if let key = attributes["name"]?.nonEmpty, let value = attributes["value"]?.string {
                labels.add(key, value)
            }
        case "parameter":
            guard let key = attributes["name"]?.nonEmpty, let value = attributes["value"]?.string else { return }
            test?.parameters.append(ReadPair(key, value))
        default: break
        }
    }

    func end(_ name: XMLName, _ driver: XMLDriver) {
        switch name {
        case "name", "title": named(driver.takeText(), isTitle: name == "title")
        case "message", "stack-trace":
            let text = driver.takeText()
            guard isFailure, test != nil else { return }
            if test?.error == nil { test?.error = ReadError() }
            if name == "message" { test?.error?.message = text } else { test?.error?.stack = text }
        case "failure": isFailure = false
        case "step":
            guard let done = steps.popLast() else { return }
            if let last = steps.indices.last { steps[last].steps.append(done) } else { test?.steps.append(done) }
        case "test-case":
            guard var result = test else { return }
            labels.fill(&result)
            if result.suitePath.isEmpty, !suite.isEmpty { result.suitePath = [suite] }
            driver.items.append(.result(result))
            test = nil
        default: break
        }
    }

    func finish(_ driver: XMLDriver) {}

    private func times(_ attributes: XMLAttributes) -> (Int64?, Int64?) {
        let start = attributes["start"]?.integer.map(Int64.init)
        let stop = attributes["stop"]?.integer.map(Int64.init)
        return (start, start.flatMap { start in stop.map { ForeignTime.clamped(Double($0) - Double(start)).ms } })
    }

    /// A title is for people and stands behind the name.
    private func named(_ text: String, isTitle: Bool) {
        guard !text.isEmpty else { return }
        if let last = steps.indices.last {
            steps[last].name = text
        } else if test != nil {
            if isTitle, let name = test?.name, name != text { test?.metadata.append(ReadPair("name", name)) }
            test?.name = text
        } else {
            suite = text
        }
    }

    private func attach(_ attributes: XMLAttributes) {
        guard let path = attributes["source"]?.nonEmpty else { return }
        let item = ReadAttachment(
            name: attributes["title"]?.nonEmpty ?? path, mediaType: attributes["type"]?.nonEmpty, path: path)
        if let last = steps.indices.last {
            steps[last].attachments.append(item)
        } else {
            test?.attachments.append(item)
        }
    }
}
