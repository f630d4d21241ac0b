import Domain
import ResultFormats
import Wire

/// Turns a result of a foreign file into the steps of a trace: the test itself first, its own steps nested below.
enum TraceOfResult {
    /// Steps of one test that are kept.
    static let maximumSteps = 10_000
    static let excerptBytes = 4096

    static func steps(_ result: ReadResult, startedAt: Timestamp) -> [StepResult] {
        var builder = Builder(clock: startedAt)
        let output =
            result.standardOutput.isEmpty && result.standardError.isEmpty
            ? nil
            : StepOutput(stdout: excerpt(result.standardOutput), stderr: excerpt(result.standardError))
        builder.add(
            path: "1", name: result.name, status: result.status, rawStatus: result.rawStatus,
            startedAt: startedAt, durationMs: result.durationMs, error: result.error, output: output,
            metadata: metadata(result))
        for (index, step) in result.steps.enumerated() { builder.add(step, path: "1/\(index + 1)") }
        return builder.steps
    }

    private struct Builder {
        var steps: [StepResult] = []
        var clock: Timestamp

        mutating func add(_ step: ReadStep, path: String) {
            guard steps.count < TraceOfResult.maximumSteps, path.utf8.count <= 500 else { return }
            let start = step.startedAt.map { ImportedTest.instant($0) } ?? clock
            var metadata: [String: JSONValue] = [:]
            if !step.parameters.isEmpty { metadata["parameters"] = step.parameters.json }
            add(
                path: path, name: step.name, status: step.status, rawStatus: step.rawStatus, startedAt: start,
                durationMs: step.durationMs, error: step.error,
                output: step.output.isEmpty ? nil : StepOutput(stdout: TraceOfResult.excerpt(step.output)),
                metadata: metadata)
            let end = start.adding(ms: max(0, step.durationMs ?? 0))
            clock = start
            for (index, child) in step.steps.enumerated() { add(child, path: "\(path)/\(index + 1)") }
            clock = end
        }

        mutating func add(
            path: String, name: String, status: ReadResult.Status, rawStatus: String?, startedAt: Timestamp,
            durationMs: Int64?, error: ReadError?, output: StepOutput?, metadata: [String: JSONValue]
        ) {
            let duration = min(max(0, durationMs ?? 0), ImportedTest.maximumDurationMs)
            var metadata = metadata
            if let rawStatus { metadata["rawStatus"] = .string(rawStatus.cut(codePoints: 200)) }
            steps.append(
                StepResult(
                    sequence: steps.count + 1, path: path, name: ImportedTest.short(name), status: status.step,
                    startedAt: startedAt, completedAt: startedAt.adding(ms: duration), durationMs: duration,
                    output: output,
                    error: error.map {
                        StepError(
                            type: ($0.type ?? "").cut(codePoints: 200), message: ($0.message ?? "").cut(bytes: 65_536),
                            stack: $0.stack.map { $0.cut(bytes: 65_536) })
                    }, metadata: metadata.isEmpty ? nil : metadata))
        }
    }

    private static func metadata(_ result: ReadResult) -> [String: JSONValue] {
        var metadata: [String: JSONValue] = [:]
        if let className = result.className { metadata["className"] = .string(className) }
        if !result.suitePath.isEmpty { metadata["suitePath"] = .array(result.suitePath.map { .string($0) }) }
        if let file = result.file { metadata["file"] = .string(file) }
        if !result.tags.isEmpty { metadata["tags"] = .array(result.tags.map { .string($0) }) }
        if !result.parameters.isEmpty { metadata["parameters"] = result.parameters.json }
        if !result.metadata.isEmpty { metadata["properties"] = result.metadata.json }
        if !result.flags.isEmpty { metadata["flags"] = .array(result.flags.map { .string($0) }) }
        if result.name.unicodeScalars.count > ImportedTest.maximumName {
            metadata["name"] = .string(result.name.cut(bytes: 65_536))
        }
        return metadata
    }

    /// Head and tail of a text, 4 KiB each.
    static func excerpt(_ text: String) -> StreamExcerpt? {
        guard !text.isEmpty else { return nil }
        let length = text.utf8.count
        let head = text.cut(bytes: excerptBytes)
        var tail = text.utf8.suffix(min(excerptBytes, length - head.utf8.count))
        while let first = tail.first, first & 0xC0 == 0x80 { tail = tail.dropFirst() }
        return StreamExcerpt(
            head: head, tail: String(Substring(tail)), bytes: Int64(length),
            droppedBytes: Int64(length - head.utf8.count - tail.count))
    }
}

extension [ReadPair] {
    /// A name that comes twice keeps its last value.
    fileprivate var json: JSONValue {
        .object(
            Dictionary(
                map { ($0.name, JSONValue.string($0.value.cut(bytes: 4096))) }, uniquingKeysWith: { _, last in last }))
    }
}
