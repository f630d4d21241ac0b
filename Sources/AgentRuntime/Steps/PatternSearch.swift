import Domain
import Glibc

/// Searches a regular expression in a process of its own: a backtracking search can need exponential time and cannot
/// be interrupted, but a process can be killed.
struct PatternSearch {
    /// Bytes of text that are searched.
    static let searchedBytes = 256 << 10
    /// A search that needs longer is given up.
    static let limitMs: Int64 = 3_000
    private static let memoryBytes: UInt64 = 4 << 30

    let scope: StepScope
    var limitMs = Self.limitMs

    /// Where in the UTF-8 of `text` group 1 of the first match stands, or the whole match when there are no groups;
    /// nil when there is none. Blocks for 3 s at most.
    func first(_ pattern: String, in text: String) throws(PreconditionFailure) -> Range<Int>? {
        let input = try scope.workspace.inputFile(text.cut(bytes: Self.searchedBytes))
        defer { close(input) }
        guard !pattern.utf8.contains(0) else { throw notAPattern(pattern) }
        let spec = ChildSpec(
            reaper: scope.programs.reaper, program: scope.programs.agent,
            arguments: ["assay-agent", "search", pattern], environment: ["HOME=\(scope.workspace.home)"],
            directory: scope.workspace.home, inputDescriptor: input, maximumFileBytes: 1,
            maximumAddressBytes: Self.memoryBytes)
        let bounds = StepBounds(
            deadlineMs: scope.clock.monotonicMs() + limitMs, deadlineMeans: .stepTimeout, cancel: scope.bounds.cancel,
            drop: scope.bounds.drop, graceMs: 0)
        var output: [UInt8] = []
        let end: ChildEnd
        do throws(SpawnError) {
            end = try runChild(spec, within: bounds, clock: scope.clock) { stream, bytes in
                if stream == .output { output += bytes.prefix(100) }
            }
        } catch {
            throw PreconditionFailure("cannot search '\(pattern)': \(error.message)")
        }
        if end.interruption == .stepTimeout {
            throw PreconditionFailure("the regular expression '\(pattern)' takes too long on this text")
        }
        return try answer(String(decoding: output, as: UTF8.self), pattern)
    }

    private func answer(_ line: String, _ pattern: String) throws(PreconditionFailure) -> Range<Int>? {
        let words = line.split(whereSeparator: \.isWhitespace)
        switch words.first {
        case "invalid": throw notAPattern(pattern)
        case "none": return nil
        case "found":
            let bounds = words.dropFirst().compactMap { Int($0) }
            if bounds.count == 2, let lower = bounds.first, let upper = bounds.last, 0 <= lower, lower <= upper {
                return lower..<upper
            }
        default: break
        }
        throw PreconditionFailure("the search for '\(pattern)' was interrupted")
    }

    private func notAPattern(_ pattern: String) -> PreconditionFailure {
        PreconditionFailure("'\(pattern)' is not a regular expression")
    }
}

/// `assay-agent search PATTERN`: reads the text from standard input and says `found LOWER UPPER`, `none` or `invalid`.
package func searchStandardInput(_ pattern: String) -> String {
    guard let regex = try? Regex(pattern) else { return "invalid" }
    let text = String(decoding: fileBytes("/dev/stdin", maximumBytes: PatternSearch.searchedBytes) ?? [], as: UTF8.self)
    guard let match = try? regex.firstMatch(in: text) else { return "none" }
    let group = match.output.dropFirst().first
    if let group, group.range == nil { return "none" }
    let range = group?.range ?? match.range
    let lower = text.utf8.distance(from: text.startIndex, to: range.lowerBound)
    return "found \(lower) \(text.utf8.distance(from: text.startIndex, to: range.upperBound))"
}
