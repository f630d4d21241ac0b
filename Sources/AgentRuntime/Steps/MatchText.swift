import Daemon
import Domain
import Synchronization

/// Matches of a regular expression in capped text, with a limit on how long a search may take.
struct PatternSearch {
    /// Bytes of text that are searched.
    static let searchedBytes = 256 << 10
    /// A backtracking engine can need exponential time; the search is given up after this.
    static let limitMs: Int64 = 3_000

    /// The first group of the first match, or the whole match; nil when there is none.
    static func first(
        _ pattern: String, in text: String, limitMs: Int64 = limitMs
    ) throws(PreconditionFailure) -> String? {
        let searched = boundedText(Array(text.utf8.prefix(searchedBytes)), searchedBytes)
        // A search cannot be interrupted: it runs on a thread of its own, which is left behind when it hangs.
        let outcome = SearchOutcome()
        let thread = WorkerThread("assay-regex") { outcome.settle(find(pattern, in: searched)) }
        pollOne(outcome.done.descriptor, timeoutMs: limitMs)
        guard let result = outcome.result else {
            throw PreconditionFailure("the regular expression '\(pattern)' takes too long on this text")
        }
        thread.join()
        return try result.get()
    }

    private static func find(_ pattern: String, in text: String) -> Result<String?, PreconditionFailure> {
        guard let regex = try? Regex(pattern) else {
            return .failure(PreconditionFailure("'\(pattern)' is not a regular expression"))
        }
        guard let match = try? regex.firstMatch(in: text) else { return .success(nil) }
        let groups = match.output.dropFirst()
        if let group = groups.first { return .success(group.substring.map(String.init)) }
        return .success(String(text[match.range]))
    }
}

private final class SearchOutcome: Sendable {
    let done = Latch()
    private let state = Mutex<Result<String?, PreconditionFailure>?>(nil)

    var result: Result<String?, PreconditionFailure>? { state.withLock { $0 } }

    func settle(_ result: Result<String?, PreconditionFailure>) {
        state.withLock { $0 = result }
        done.raise()
    }
}

extension Matcher {
    /// Whether `text` satisfies the condition.
    func holds(for text: String) throws(PreconditionFailure) -> Bool {
        switch self {
        case .equals(let wanted): text == wanted || text == wanted + "\n"
        case .contains(let wanted): text.contains(wanted)
        case .notContains(let unwanted): !text.contains(unwanted)
        case .matches(let pattern): try PatternSearch.first(pattern, in: text) != nil
        }
    }

    func substituted(_ variables: Variables) throws(PreconditionFailure) -> Matcher {
        switch self {
        case .equals(let text): .equals(try variables.substitute(text))
        case .contains(let text): .contains(try variables.substitute(text))
        case .notContains(let text): .notContains(try variables.substitute(text))
        // A pattern is taken as it is: `${` is rare in one, `$` is not, and values are not patterns.
        case .matches: self
        }
    }

    /// The condition in the words of a definition.
    var expected: (word: String, text: String) {
        switch self {
        case .equals(let text): ("equals", text)
        case .contains(let text): ("contains", text)
        case .notContains(let text): ("notContains", text)
        case .matches(let text): ("matches", text)
        }
    }
}
