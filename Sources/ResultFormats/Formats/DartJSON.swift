/// The JSON reporter of `dart test` and `flutter test`: events, a line each.
struct DartJSON: JSONLineHandler {
    private struct Test {
        var result: ReadResult
        var startedMs: Double
        var output = CappedText(limit: 256 << 10)
    }

    private var suites: [Int64: String] = [:]
    private var groups: [Int64: String] = [:]
    private var tests: [Int64: Test] = [:]

    mutating func take(_ line: JSON, _ items: inout [ReadItem]) {
        switch line["type"]?.string {
        case "suite":
            if let suite = line["suite"], let id = suite["id"]?.integer { suites[id] = suite["path"]?.text ?? "" }
        case "group":
            if let group = line["group"], let id = group["id"]?.integer { groups[id] = group["name"]?.text ?? "" }
        case "testStart": start(line)
        case "print": printed(line)
        case "error": failed(line)
        case "testDone": done(line, &items)
        default: break
        }
    }

    mutating func finish(_ items: inout [ReadItem]) {
        for (_, open) in tests.sorted(by: { $0.key < $1.key }) {
            var result = open.result
            (result.status, result.rawStatus) = (.error, "unfinished")
            result.standardOutput = open.output.text
            items.append(.result(result))
        }
    }

    private mutating func start(_ line: JSON) {
        guard let json = line["test"], let id = json["id"]?.integer else { return }
        let full = json["name"]?.text ?? "unnamed"
        let names = (json["groupIDs"]?.elements ?? []).compactMap { $0.integer.flatMap { groups[$0] } }.filter {
            !$0.isEmpty
        }
        let outer = names.last ?? ""
        var result = ReadResult(name: full, status: .passed)
        // Names carry those of their groups in front.
        if !outer.isEmpty, full.hasPrefix(outer + " ") { result.name = String(full.dropFirst(outer.count + 1)) }
        let file = json["suiteID"]?.integer.flatMap { suites[$0] } ?? ""
        result.file = file.isEmpty ? nil : file
        var levels: [String] = []
        var before = ""
        for name in names {
            levels.append(
                !before.isEmpty && name.hasPrefix(before + " ") ? String(name.dropFirst(before.count + 1)) : name)
            before = name
        }
        result.suitePath = (result.file.map { [$0] } ?? []) + levels
        if let number = json["line"]?.words { result.metadata.append(ReadPair("line", number)) }
        if let reason = json["metadata"]?["skipReason"]?.text { result.error = ReadError(message: reason) }
        tests[id] = Test(result: result, startedMs: line["time"]?.number ?? 0)
    }

    private mutating func printed(_ line: JSON) {
        guard let id = line["testID"]?.integer, let message = line["message"]?.string else { return }
        tests[id]?.output.append(message + "\n")
    }

    private mutating func failed(_ line: JSON) {
        guard let id = line["testID"]?.integer else { return }
        let message = line["error"]?.text
        let stack = line["stackTrace"]?.text
        if let first = tests[id]?.result.error {
            let more = [first.stack, message, stack].compactMap { $0 }.joined(separator: "\n")
            if more.utf8.count < CappedText.usualLimit { tests[id]?.result.error?.stack = more }
        } else {
            tests[id]?.result.error = ReadError(message: message, stack: stack)
        }
        if message?.hasPrefix("TimeoutException") == true { tests[id]?.result.status = .timeout }
    }

    private mutating func done(_ line: JSON, _ items: inout [ReadItem]) {
        guard let id = line["testID"]?.integer, var test = tests.removeValue(forKey: id) else { return }
        let word = line["result"]?.string ?? ""
        // Loading a file is a hidden test, of interest when it fails.
        if line["hidden"]?.bool == true, word == "success" { return }
        if test.result.status != .timeout {
            switch word {
            case "success": test.result.status = line["skipped"]?.bool == true ? .skipped : .passed
            case "failure": test.result.status = .failed
            default: test.result.status = .error
            }
        }
        if word != test.result.status.rawValue, word != "success", word != "failure" { test.result.rawStatus = word }
        if let time = line["time"]?.number {
            let (ms, flag) = ForeignTime.clamped(time - test.startedMs)
            test.result.durationMs = ms
            if let flag { test.result.flags.append(flag) }
        }
        test.result.standardOutput = test.output.take()
        items.append(.result(test.result))
    }
}
