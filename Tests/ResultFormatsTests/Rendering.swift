@testable import ResultFormats

/// A reading as text, one line for each thing that is known of it, for comparison with what is written beside a sample.
extension Reading {
    var rendered: [String] {
        var lines: [String] = []
        for item in items {
            switch item {
            case .run(let run): lines.append("run \(run.key ?? "-")")
            case .fact(let pair): lines.append("fact \(pair.name)=\(pair.value.oneLine)")
            case .refused(let refusal): lines.append("refused \(refusal.code) line \(refusal.line ?? 0)")
            case .result(let result): lines += result.rendered
            }
        }
        if let ended { lines.append("ended \(ended.code) line \(ended.line ?? 0) column \(ended.column ?? 0)") }
        return lines
    }
}

extension ReadResult {
    fileprivate var rendered: [String] {
        var head = "\(status.rawValue) '\(name)' in \(suitePath)"
        if let className { head += " class \(className)" }
        if let rawStatus { head += " raw \(rawStatus)" }
        if let attempt { head += " attempt \(attempt)" }
        if let durationMs { head += " \(durationMs)ms" }
        if let startedAt { head += " at \(startedAt)" }
        if let file { head += " file \(file)" }
        if let explicitIdentity { head += " id \(explicitIdentity)" }
        if !flags.isEmpty { head += " flags \(flags)" }
        var lines = [head]
        if let error {
            lines.append(
                "  error \(error.type ?? "-") | \(error.message?.oneLine ?? "-") | \(error.stack?.oneLine ?? "-")")
        }
        if !standardOutput.isEmpty { lines.append("  out \(standardOutput.oneLine)") }
        if !standardError.isEmpty { lines.append("  err \(standardError.oneLine)") }
        if !tags.isEmpty { lines.append("  tags \(tags)") }
        lines +=
            (parameters.map { "  parameter \($0.name)=\($0.value)" })
            + (metadata.map { "  meta \($0.name)=\($0.value.oneLine)" })
        return lines + attachments.map(\.rendered) + steps.flatMap { $0.rendered("  ") }
    }
}

extension ReadStep {
    fileprivate func rendered(_ indent: String) -> [String] {
        var head = indent + "step \(status.rawValue) '\(name)'"
        if let rawStatus { head += " raw \(rawStatus)" }
        if let durationMs { head += " \(durationMs)ms" }
        if let startedAt { head += " at \(startedAt)" }
        if !parameters.isEmpty { head += " " + parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ",") }
        if !output.isEmpty { head += " out \(output.oneLine)" }
        if let error {
            head += " error \(error.type ?? "-") | \(error.message?.oneLine ?? "-") | \(error.stack?.oneLine ?? "-")"
        }
        return [head] + attachments.map { indent + $0.rendered } + steps.flatMap { $0.rendered(indent + "  ") }
    }
}

extension ReadAttachment {
    fileprivate var rendered: String {
        "  attachment \(name) \(mediaType ?? "-") \(path ?? "-") \(bytes.map { "\($0.count) bytes" } ?? "-")"
    }
}

extension String {
    /// Long texts by their ends and size.
    fileprivate var oneLine: String {
        let line = replacing("\r", with: "").replacing("\n", with: "⏎")
        return line.count <= 90 ? line : "\(line.prefix(40))…\(line.suffix(30)) (\(line.count))"
    }
}
