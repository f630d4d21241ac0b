/// Visual Studio's TRX. The classes of the tests stand behind the results, which wait for them.
final class TRX: XMLHandler {
    private struct Open {
        var result: ReadResult
        var testId: String
        var hasInner = false
    }

    private var open: [Open] = []
    private var held = HeldResults()
    private var ids: [Int: String] = [:]
    private var definitionId: String?
    private var definitions: [String: (className: String, tags: [String])] = [:]
    private var isRunInfo = false

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        switch name {
        case "UnitTestResult", "TestResultAggregation", "GenericTestResult": begin(attributes)
        case "StdOut", "StdErr", "DebugTrace", "Message", "StackTrace": if !open.isEmpty { driver.collect() }
        case "Text": if isRunInfo { driver.collect() }
        case "ResultFile", "UriAttachment", "A":
            guard let last = open.indices.last, let path = attributes["path"]?.nonEmpty ?? attributes["href"]?.nonEmpty
            else { return }
            open[last].result.attachments.append(ReadAttachment(name: AttachmentMarks.lastPart(of: path), path: path))
        case "Times": times(attributes, driver)
        case "UnitTest": definitionId = attributes["id"]?.string
        case "TestMethod":
            guard let definitionId, let className = attributes["className"]?.nonEmpty else { return }
            // Older ones name the assembly behind a comma.
            let plain = className.split(separator: ",").first.map(String.init) ?? className
            definitions[definitionId, default: ("", [])].className = plain
        case "TestCategoryItem":
            guard let definitionId, let tag = attributes["TestCategory"]?.nonEmpty else { return }
            definitions[definitionId, default: ("", [])].tags.append(tag)
        case "RunInfo": isRunInfo = true
        default: break
        }
    }

    func end(_ name: XMLName, _ driver: XMLDriver) {
        switch name {
        case "UnitTestResult", "TestResultAggregation", "GenericTestResult": finishResult(driver)
        case "StdOut", "DebugTrace": text(driver) { $0.standardOutput += $1 }
        case "StdErr": text(driver) { $0.standardError += $1 }
        case "Message":
            text(driver) { result, text in
                if result.error == nil {
                    result.error = ReadError(message: text)
                } else {
                    result.standardOutput += text + "\n"
                }
            }
        case "StackTrace":
            text(driver) { result, text in
                if result.error == nil { result.error = ReadError() }
                result.error?.stack = text
            }
        case "UnitTest": definitionId = nil
        case "TestDefinitions": release(driver)
        case "Text": if isRunInfo { driver.items.append(.fact(ReadPair("runInfo", driver.takeText()))) }
        case "RunInfo": isRunInfo = false
        default: break
        }
    }

    func finish(_ driver: XMLDriver) {
        release(driver)
    }

    private func begin(_ attributes: XMLAttributes) {
        var result = ReadResult(name: "unnamed", status: .error)
        var testId = ""
        var word = "none"
        for (name, value) in attributes {
            switch name {
            case "testName": if let text = value.nonEmpty { result.name = text }
            case "testId": testId = value.string
            case "outcome": word = value.string
            case "startTime": result.startedAt = ForeignTime.instant(value.bytes)
            case "duration":
                guard let (ms, flag) = ForeignTime.clock(value.bytes) else { continue }
                result.durationMs = ms
                if let flag { result.flags.append(flag) }
            case "computerName": result.metadata.append(ReadPair("computerName", value.string))
            default: break
            }
        }
        (result.status, result.rawStatus) = Self.status(word)
        if let last = open.indices.last { open[last].hasInner = true }
        open.append(Open(result: result, testId: testId))
    }

    private static func status(_ word: String) -> (ReadResult.Status, String?) {
        switch word {
        case "Passed": (.passed, nil)
        case "Failed": (.failed, nil)
        case "Timeout": (.timeout, nil)
        case "Warning", "Completed", "PassedButRunAborted": (.passed, word)
        case "NotExecuted", "Pending", "Inconclusive": (.skipped, word)
        default: (.error, word)
        }
    }

    private func text(_ driver: XMLDriver, _ store: (inout ReadResult, String) -> Void) {
        guard let last = open.indices.last else { return }
        let text = driver.takeText()
        if text.utf8.contains(where: { $0 > 0x20 }) { store(&open[last].result, text) }
    }

    /// A result with inner ones is their sum, and no test.
    private func finishResult(_ driver: XMLDriver) {
        guard let done = open.popLast(), !done.hasInner else { return }
        ids[held.end] = done.testId
        name(held.first..<held.end + 1, held.add(done.result), driver)
    }

    private func release(_ driver: XMLDriver) {
        name(held.first..<held.end, held.take(), driver)
    }

    private func name(_ places: Range<Int>, _ results: [ReadResult], _ driver: XMLDriver) {
        for (place, result) in zip(places, results) {
            var result = result
            if let id = ids.removeValue(forKey: place), let definition = definitions[id] {
                result.tags = definition.tags
                if !definition.className.isEmpty { result.className = definition.className }
            }
            result.dropClassFromName()
            driver.items.append(.result(result))
        }
    }

    private func times(_ attributes: XMLAttributes, _ driver: XMLDriver) {
        for (word, fact) in [("start", "startedAt"), ("finish", "finishedAt")] as [(StaticString, String)] {
            if let at = attributes[word].flatMap({ ForeignTime.instant($0.bytes) }) {
                driver.items.append(.fact(ReadPair(fact, String(at))))
            }
        }
    }
}

extension ReadResult {
    /// `Namespace.Class.Method(1)` is `Method(1)` of `Namespace.Class`.
    mutating func dropClassFromName() {
        if let className, name.hasPrefix(className + "."), name.utf8.count > className.utf8.count + 1 {
            name = String(name.dropFirst(className.count + 1))
        }
    }
}
