/// xUnit.net's XML, version 2 and 3 (`collection`) and 1 (`class`).
final class XUnit: XMLHandler {
    private var assembly = ""
    private var group = ""
    private var test: ReadResult?
    /// An error outside of any test, such as a clean-up that failed.
    private var outside: ReadResult?

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        switch name {
        case "assembly": enter(attributes, driver)
        case "collection": group = attributes["name"]?.string ?? ""
        case "class": if test == nil { group = attributes["name"]?.string ?? "" }
        case "test": begin(attributes)
        case "error":
            var result = ReadResult(
                name: (attributes["name"]?.nonEmpty ?? attributes["type"]?.nonEmpty ?? "unnamed") + " (suite)",
                status: .error)
            result.rawStatus = attributes["type"]?.nonEmpty
            result.suitePath = assembly.isEmpty ? [] : [assembly]
            outside = result
        case "failure": failure(ReadError(type: attributes["exception-type"]?.nonEmpty))
        case "message", "stack-trace", "output", "reason", "warning": driver.collect()
        case "trait":
            guard let key = attributes["name"]?.nonEmpty, let value = attributes["value"]?.string else { return }
            if key == "Category" || key == "category" {
                test?.tags.append(value)
            } else {
                test?.metadata.append(ReadPair(key, value))
            }
        default: break
        }
    }

    func end(_ name: XMLName, _ driver: XMLDriver) {
        switch name {
        case "message": say(driver.takeText(), \.message)
        case "stack-trace": say(driver.takeText(), \.stack)
        case "output":
            let text = driver.takeText()
            test?.standardOutput += text
        case "reason":
            let text = driver.takeText().trimmed
            if test != nil, test?.error == nil, !text.isEmpty { test?.error = ReadError(message: text) }
        case "warning":
            let text = driver.takeText()
            test?.metadata.append(ReadPair("warning", text))
        case "test":
            if let test { driver.items.append(.result(test)) }
            test = nil
        case "error":
            if let outside { driver.items.append(.result(outside)) }
            outside = nil
        case "collection", "class": group = ""
        default: break
        }
    }

    func finish(_ driver: XMLDriver) {}

    private func enter(_ attributes: XMLAttributes, _ driver: XMLDriver) {
        assembly = AttachmentMarks.lastPart(of: attributes["name"]?.string ?? "")
        let words = (attributes["run-date"]?.string ?? "") + " " + (attributes["run-time"]?.string ?? "")
        if let at = attributes["start-rtf"].flatMap({ ForeignTime.instant($0.bytes) }) ?? ForeignTime.instant(words) {
            driver.items.append(.fact(ReadPair("startedAt", String(at))))
        }
        if let words = attributes["environment"]?.nonEmpty {
            driver.items.append(.fact(ReadPair("environment", words)))
        }
    }

    private func begin(_ attributes: XMLAttributes) {
        var result = ReadResult(name: "unnamed", status: .error)
        var word = "none"
        for (name, value) in attributes {
            switch name {
            case "name": if let text = value.nonEmpty { result.name = text }
            case "type": result.className = value.nonEmpty
            case "result": word = value.string
            case "time":
                guard let (ms, flag) = ForeignTime.duration(value.bytes) else { continue }
                result.durationMs = ms
                if let flag { result.flags.append(flag) }
            case "source-file": result.file = value.nonEmpty
            case "start-rtf": result.startedAt = ForeignTime.instant(value.bytes)
            default: break
            }
        }
        switch word {
        case "Pass": result.status = .passed
        case "Fail": result.status = .failed
        case "Skip": result.status = .skipped
        case "NotRun": (result.status, result.rawStatus) = (.skipped, word)
        default: (result.status, result.rawStatus) = (.error, word)
        }
        result.suitePath = [assembly, group].filter { !$0.isEmpty }
        result.dropClassFromName()
        test = result
    }

    private func failure(_ error: ReadError) {
        if test != nil { test?.error = error } else { outside?.error = error }
    }

    private func say(_ text: String, _ part: WritableKeyPath<ReadError, String?>) {
        if test != nil {
            if test?.error == nil { test?.error = ReadError() }
            test?.error?[keyPath: part] = text.trimmed
        } else {
            outside?.error?[keyPath: part] = text.trimmed
        }
    }
}
