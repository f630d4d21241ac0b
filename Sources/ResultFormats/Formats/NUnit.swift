/// NUnit's XML, version 3 (`test-run`) and 2 (`test-results`).
final class NUnit: XMLHandler {
    private struct Suite {
        let name: String
        let site: String
        var error: ReadError?
        var isFailed: Bool
    }

    private var suites: [Suite] = []
    private var test: ReadResult?
    private var word = ""
    /// Where the text at hand belongs: `failure`, `reason`, an assertion, or nothing.
    private var inside = ""
    private var attachment: ReadAttachment?

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        switch name {
        case "test-run", "test-results": report(attributes, driver)
        case "test-suite":
            let result = attributes["result"]?.string ?? ""
            suites.append(
                Suite(
                    name: attributes["name"]?.string ?? "", site: attributes["site"]?.string ?? "",
                    isFailed: result == "Failed" || result == "Failure" || result == "Error"))
        case "test-case": begin(attributes)
        case "failure", "reason", "assertion": inside = name.string
        case "message", "stack-trace", "output", "filePath", "description": driver.collect()
        case "attachment": attachment = ReadAttachment(name: "attachment")
        case "property":
            guard test != nil, let key = attributes["name"]?.nonEmpty, let value = attributes["value"]?.string else {
                return
            }
            if key == "Category" {
                test?.tags.append(value)
            } else if !key.hasPrefix("_") {
                test?.metadata.append(ReadPair(key, value))
            }
        case "category": if let tag = attributes["name"]?.nonEmpty { test?.tags.append(tag) }
        default: break
        }
    }

    func end(_ name: XMLName, _ driver: XMLDriver) {
        switch name {
        case "message": message(driver.takeText())
        case "stack-trace": stack(driver.takeText())
        case "output":
            let text = driver.takeText()
            if test != nil { test?.standardOutput += text }
        case "filePath":
            let path = driver.takeText().trimmed
            attachment?.path = path
            attachment?.name = AttachmentMarks.lastPart(of: path)
        case "description": if attachment != nil { _ = driver.takeText() }
        case "attachment":
            if let attachment, attachment.path != nil { test?.attachments.append(attachment) }
            attachment = nil
        case "failure", "reason", "assertion": inside = ""
        case "test-case":
            if let test { driver.items.append(.result(test)) }
            test = nil
        case "test-suite": leave(driver)
        default: break
        }
    }

    func finish(_ driver: XMLDriver) {}

    private func report(_ attributes: XMLAttributes, _ driver: XMLDriver) {
        let date = attributes["date"]?.string ?? ""
        let time = attributes["time"]?.string ?? ""
        let both = date.isEmpty ? nil : ForeignTime.instant(date + " " + time)
        if let at = attributes["start-time"].flatMap({ ForeignTime.instant($0.bytes) }) ?? both {
            driver.items.append(.fact(ReadPair("startedAt", String(at))))
        }
        if let seed = attributes["random-seed"]?.nonEmpty { driver.items.append(.fact(ReadPair("seed", seed))) }
    }

    private func begin(_ attributes: XMLAttributes) {
        var result = ReadResult(name: "unnamed", status: .passed)
        var label = ""
        word = ""
        for (name, value) in attributes {
            switch name {
            case "name": if let text = value.nonEmpty { result.name = text }
            case "classname": result.className = value.nonEmpty
            case "result": word = value.string
            case "label": label = value.string
            case "start-time": result.startedAt = ForeignTime.instant(value.bytes)
            case "duration", "time":
                guard let (ms, flag) = ForeignTime.duration(value.bytes) else { continue }
                result.durationMs = ms
                if let flag { result.flags.append(flag) }
            case "description": result.metadata.append(ReadPair("description", value.string))
            case "executed": if value.equals("False"), word.isEmpty { word = "NotRun" }
            default: break
            }
        }
        (result.status, result.rawStatus) = Self.status(word, label)
        result.suitePath = suites.map(\.name).filter { !$0.isEmpty }
        // Version 2 has the whole name in one.
        if result.className == nil, let fixture = suites.last?.name,
            let dot = result.name.firstRange(of: fixture + ".")?.upperBound
        {
            result.className = String(result.name[..<dot].dropLast())
        }
        result.dropClassFromName()
        test = result
    }

    private static func status(_ word: String, _ label: String) -> (ReadResult.Status, String?) {
        switch (word, label) {
        case ("Passed", ""), ("Success", ""): (.passed, nil)
        case ("Passed", _), ("Success", _): (.passed, label)
        case ("Warning", _): (.passed, word)
        case ("Failed", ""), ("Failure", _): (.failed, nil)
        case ("Failed", "Error"), ("Error", _): (.error, nil)
        case ("Failed", "Invalid"), ("NotRunnable", _), ("Failed", "Cancelled"), ("Cancelled", _):
            (.error, label.isEmpty ? word : label)
        case ("Failed", _): (.failed, label)
        case ("Skipped", ""): (.skipped, nil)
        case ("Skipped", _): (.skipped, label)
        case ("Inconclusive", _), ("Ignored", _), ("NotRun", _), ("Explicit", _): (.skipped, word)
        default: (.error, word.isEmpty ? "none" : word)
        }
    }

    private func message(_ text: String) {
        guard inside == "failure" || inside == "reason", text.utf8.contains(where: { $0 > 0x20 }) else { return }
        if test != nil {
            if test?.error == nil { test?.error = ReadError(message: text) }
        } else if let last = suites.indices.last, suites[last].error == nil {
            suites[last].error = ReadError(message: text)
        }
    }

    private func stack(_ text: String) {
        guard inside == "failure", text.utf8.contains(where: { $0 > 0x20 }) else { return }
        if test != nil {
            if test?.error == nil { test?.error = ReadError() }
            test?.error?.stack = text
        } else if let last = suites.indices.last {
            suites[last].error?.stack = text
        }
    }

    /// A suite that failed by itself, in its set-up or tear-down, not through a child.
    private func leave(_ driver: XMLDriver) {
        guard let suite = suites.popLast(), suite.isFailed, let error = suite.error, suite.site != "Child",
            suite.site != "Parent",
            error.message?.hasPrefix("One or more child tests had errors") != true
        else { return }
        var result = ReadResult(name: suite.name + " (suite)", status: .error)
        result.suitePath = suites.map(\.name).filter { !$0.isEmpty } + [suite.name]
        result.error = error
        driver.items.append(.result(result))
    }
}
