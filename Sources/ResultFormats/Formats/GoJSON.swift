/// `go test -json`: events of packages and tests, a line each.
struct GoJSON: JSONLineHandler {
    private struct Key: Hashable {
        let package: String
        let test: String
    }

    private struct Open {
        var startedAt: Int64?
        var output = CappedText()
        /// Of a package: one of its tests failed, so it needs no result of its own.
        var hasFailure = false
    }

    private var open: [Key: Open] = [:]
    /// What the compiler said, by import path.
    private var builds: [String: CappedText] = [:]

    mutating func take(_ line: JSON, _ items: inout [ReadItem]) {
        guard let action = line["Action"]?.string else { return }
        if action.hasPrefix("build-") {
            if let text = line["Output"]?.string {
                builds[line["ImportPath"]?.string ?? "", default: CappedText()].append(text)
            }
            return
        }
        let key = Key(package: line["Package"]?.string ?? "", test: line["Test"]?.string ?? "")
        switch action {
        case "run", "start": open[key, default: Open()].startedAt = line["Time"]?.instantMs
        case "output": if let text = line["Output"]?.string { open[key, default: Open()].output.append(text) }
        case "pass", "fail", "skip", "bench": end(key, action, line, &items)
        default: break
        }
    }

    /// Tests that never ended: the process did.
    mutating func finish(_ items: inout [ReadItem]) {
        for (key, test) in open.sorted(by: { ($0.key.package, $0.key.test) < ($1.key.package, $1.key.test) })
        where !key.test.isEmpty {
            var result = self.result(key, test, .error)
            result.rawStatus = "unfinished"
            items.append(.result(result))
        }
    }

    private mutating func end(_ key: Key, _ action: String, _ line: JSON, _ items: inout [ReadItem]) {
        let ended = open.removeValue(forKey: key) ?? Open()
        let failed = action == "fail"
        if key.test.isEmpty {
            guard failed, !ended.hasFailure else { return }
        } else if failed {
            open[Key(package: key.package, test: ""), default: Open()].hasFailure = true
        }
        var result = result(
            key, ended, failed ? (key.test.isEmpty ? .error : .failed) : action == "skip" ? .skipped : .passed)
        if let (ms, flag) = line["Elapsed"]?.number.map({ ForeignTime.clamped($0 * 1000) }) {
            result.durationMs = ms
            if let flag { result.flags.append(flag) }
        }
        if let build = line["FailedBuild"]?.string, var text = builds.removeValue(forKey: build) {
            result.error = ReadError(type: "build", message: "the build of \(build) failed", stack: text.take())
        }
        items.append(.result(result))
    }

    private func result(_ key: Key, _ test: Open, _ status: ReadResult.Status) -> ReadResult {
        let output = test.output.text
        var result = ReadResult(name: key.test.isEmpty ? key.package + " (suite)" : key.test, status: status)
        if output.contains("panic: test timed out after"), status != .passed {
            (result.status, result.rawStatus) = (.timeout, "fail")
        }
        result.className = key.package.isEmpty ? nil : key.package
        result.suitePath = key.package.isEmpty ? [] : [key.package]
        result.startedAt = test.startedAt
        result.standardOutput = output
        if status != .passed, !output.isEmpty {
            result.error = status == .skipped ? nil : ReadError(message: firstWords(output), stack: output)
        }
        return result
    }

    /// The first line that the test itself printed.
    private func firstWords(_ output: String) -> String? {
        output.split(separator: "\n").lazy.map(\.trimmed).first {
            !$0.isEmpty && !$0.hasPrefix("=== ") && !$0.hasPrefix("--- ") && $0 != "FAIL"
        }
    }
}
