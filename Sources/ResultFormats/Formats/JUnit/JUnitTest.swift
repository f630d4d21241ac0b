/// An open `testcase` with its earlier tries.
struct JUnitTest {
    /// What one test may hold in bytes beside its texts; more is left out and flagged.
    private static let roomBytes = 4 << 20
    private var result: ReadResult
    private var earlier: [ReadResult] = []
    private var fault: JUnitFault?
    private var property: String?
    private var depth = 0
    private var room = roomBytes

    init(_ result: ReadResult) {
        self.result = result
    }

    static func isSkip(_ value: XMLValue) -> Bool {
        value.equals("notrun") || value.equals("disabled") || value.equals("skipped") || value.equals("suppressed")
            || value.equals("ignored") || value.equals("pending")
    }

    mutating func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        depth += 1
        switch name {
        case "failure", "error", "rerunFailure", "rerunError", "flakyFailure", "flakyError":
            fault = JUnitFault(
                isError: name == "error" || name == "rerunError" || name == "flakyError", attributes,
                isEarlier: !(name == "failure" || name == "error"))
            driver.collect()
        case "skipped": skip(attributes, driver)
        case "system-out", "system-err", "stackTrace", "warning": driver.collect()
        case "property":
            property = attributes["name"]?.nonEmpty
            if let property, let value = attributes["value"] {
                keep(ReadPair(property, value.string))
                self.property = nil
            } else {
                driver.collect()
            }
        default: break
        }
    }

    /// True: the test has ended.
    mutating func end(_ name: XMLName, _ driver: XMLDriver) -> Bool {
        depth -= 1
        switch name {
        case "testcase": return depth < 0
        case "failure", "error", "rerunFailure", "rerunError", "flakyFailure", "flakyError": take(driver)
        case "skipped": endSkip(driver.takeText())
        case "stackTrace": fault?.stack = driver.takeText()
        case "system-out": output(driver.takeText(), to: \.standardOutput)
        case "system-err": output(driver.takeText(), to: \.standardError)
        case "property":
            if let property { keep(ReadPair(property, driver.takeText())) }
            property = nil
        case "warning": keep(ReadPair("warning", driver.takeText()))
        default: break
        }
        return false
    }

    /// The earlier tries in their order, then the test.
    consuming func finished() -> [ReadResult] {
        guard !earlier.isEmpty else { return [result] }
        result.attempt = earlier.count + 1
        return earlier + [result]
    }

    private mutating func skip(_ attributes: XMLAttributes, _ driver: XMLDriver) {
        if result.status == .passed { result.status = .skipped }
        if let type = attributes["type"]?.nonEmpty, result.rawStatus == nil, type != "skipped" {
            result.rawStatus = type
        }
        if result.error == nil, let message = attributes["message"]?.nonEmpty {
            result.error = ReadError(message: message)
        }
        driver.collect()
    }

    private mutating func endSkip(_ text: String) {
        guard text.utf8.contains(where: { $0 > 0x20 }), result.status == .skipped else { return }
        if result.error?.message == nil { result.error = ReadError(message: text) } else { result.error?.stack = text }
    }

    private mutating func take(_ driver: XMLDriver) {
        guard let fault else { return }
        self.fault = nil
        let error = fault.error(text: driver.takeText())
        if fault.isEarlier { return addEarlier(fault, error) }
        if result.status == .passed || result.status == .skipped {
            // What a skip said is of no more interest: a failure beats it.
            (result.status, result.error, result.rawStatus) = (fault.status, error, nil)
        } else {
            if fault.status == .error { result.status = .error }
            add(error)
        }
    }

    private mutating func addEarlier(_ fault: JUnitFault, _ error: ReadError) {
        var attempt = ReadResult(name: result.name, status: fault.status)
        attempt.className = result.className
        attempt.suitePath = result.suitePath
        attempt.file = result.file
        attempt.attempt = earlier.count + 1
        attempt.durationMs = fault.durationMs
        attempt.error = error
        attempt.standardOutput = fault.standardOutput
        attempt.standardError = fault.standardError
        if spend(error.stack?.utf8.count ?? 0) { earlier.append(attempt) }
    }

    /// A further failure of the same test follows the first in its stack.
    private mutating func add(_ error: ReadError) {
        let text = [error.message, error.stack].compactMap { $0 }.joined(separator: "\n")
        guard spend(text.utf8.count) else { return }
        let first = result.error?.stack
        result.error?.stack = [first, text].compactMap { $0 }.joined(separator: "\n\n")
    }

    private mutating func output(_ text: String, to stream: WritableKeyPath<ReadResult, String>) {
        guard text.utf8.contains(where: { $0 > 0x20 }) else { return }
        if fault != nil {
            if stream == \.standardOutput { fault?.standardOutput = text } else { fault?.standardError = text }
            return
        }
        guard spend(text.utf8.count) else { return }
        result[keyPath: stream] += text
        for path in AttachmentMarks.paths(in: text) where spend(path.utf8.count) {
            result.attachments.append(ReadAttachment(name: AttachmentMarks.lastPart(of: path), path: path))
        }
    }

    private mutating func keep(_ pair: ReadPair) {
        if spend(pair.name.utf8.count + pair.value.utf8.count) { result.metadata.append(pair) }
    }

    private mutating func spend(_ bytes: Int) -> Bool {
        guard room >= bytes + 64 else {
            if !result.flags.contains("cut") { result.flags.append("cut") }
            return false
        }
        room -= bytes + 64
        return true
    }
}
