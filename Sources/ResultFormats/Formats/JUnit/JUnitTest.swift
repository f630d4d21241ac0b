/// An open `testcase` with its earlier tries. One serves all of a file, because moving it about would cost more than reading.
final class JUnitTest {
    /// What one test may hold in bytes beside its texts; more is left out and flagged.
    private static let roomBytes = 4 << 20
    /// Whether one is open; what is written below belongs to it.
    @exclusivity(unchecked) var isOpen = false
    @exclusivity(unchecked) var result = ReadResult(name: "", status: .passed)
    @exclusivity(unchecked) private var earlier: [ReadResult] = []
    @exclusivity(unchecked) private var fault: JUnitFault?
    @exclusivity(unchecked) private var property: String?
    @exclusivity(unchecked) private var depth = 0
    @exclusivity(unchecked) private var room = roomBytes

    static func isSkip(_ value: XMLValue) -> Bool {
        value.equals("notrun") || value.equals("disabled") || value.equals("skipped") || value.equals("suppressed")
            || value.equals("ignored") || value.equals("pending")
    }

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
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
    func end(_ name: XMLName, _ driver: XMLDriver) -> Bool {
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
    func finish(into items: inout [ReadItem]) {
        (isOpen, depth, room, fault, property) = (false, 0, Self.roomBytes, nil, nil)
        if !earlier.isEmpty { result.attempt = earlier.count + 1 }
        for attempt in earlier { items.append(.result(attempt)) }
        earlier = []
        // Swapped out: a copy would count up all that is in it.
        var whole = ReadResult(name: "", status: .passed)
        swap(&whole, &result)
        items.append(.result(whole))
    }

    private func skip(_ attributes: XMLAttributes, _ driver: XMLDriver) {
        if result.status == .passed { result.status = .skipped }
        if let type = attributes["type"]?.nonEmpty, result.rawStatus == nil, type != "skipped" {
            result.rawStatus = type
        }
        if result.error == nil, let message = attributes["message"]?.nonEmpty {
            result.error = ReadError(message: message)
        }
        driver.collect()
    }

    private func endSkip(_ text: String) {
        guard text.utf8.contains(where: { $0 > 0x20 }), result.status == .skipped else { return }
        if result.error?.message == nil { result.error = ReadError(message: text) } else { result.error?.stack = text }
    }

    private func take(_ driver: XMLDriver) {
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

    private func addEarlier(_ fault: JUnitFault, _ error: ReadError) {
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
    private func add(_ error: ReadError) {
        let text = [error.message, error.stack].compactMap { $0 }.joined(separator: "\n")
        guard spend(text.utf8.count) else { return }
        let first = result.error?.stack
        result.error?.stack = [first, text].compactMap { $0 }.joined(separator: "\n\n")
    }

    private func output(_ text: String, to stream: WritableKeyPath<ReadResult, String>) {
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

    private func keep(_ pair: ReadPair) {
        if spend(pair.name.utf8.count + pair.value.utf8.count) { result.metadata.append(pair) }
    }

    private func spend(_ bytes: Int) -> Bool {
        guard room >= bytes + 64 else {
            if !result.flags.contains("cut") { result.flags.append("cut") }
            return false
        }
        room -= bytes + 64
        return true
    }
}
