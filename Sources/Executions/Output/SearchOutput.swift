package import Domain
package import MariaDB
import Wire

/// Where a text stands in what the steps of an attempt left, and how often.
package struct FoundOutput: Equatable, Sendable {
    /// One line with the text in it.
    package struct Line: Equatable, Sendable {
        package let step: Int
        /// `stdout`, `stderr` or `body` of an HTTP answer.
        package let stream: String
        /// Its number in the stream, from 1; nil behind bytes that were not kept.
        package let number: Int?
        /// The line, or the part of it with the text.
        package let text: String
    }

    package let attempt: Int
    package internal(set) var matches = 0
    package internal(set) var lineCount = 0
    package internal(set) var lines: [Line] = []
    package internal(set) var searchedBytes: Int64 = 0
    /// Bytes that were kept nowhere, and those beyond the most that are searched at once.
    package internal(set) var unsearchedBytes: Int64 = 0
}

/// Searches what the steps of an attempt left, artifacts of long streams included.
package struct SearchOutput: Sendable {
    /// Bytes of one search: what is beyond is counted as not searched.
    package static let maximumBytes: Int64 = 64 << 20
    /// Lines of one answer; all are counted.
    package static let maximumLines = 1000
    private static let pieceBytes = 1 << 20
    private static let steps = 50

    /// What is looked for.
    package struct Wish: Sendable {
        let text: String
        let isExact: Bool
        let limit: Int

        /// - Parameter isExact: whether capital letters count.
        package init(_ text: String, isExact: Bool = false, limit: Int = SearchOutput.maximumLines) {
            self.text = text
            self.isExact = isExact
            self.limit = min(limit, SearchOutput.maximumLines)
        }
    }

    private let trace: ReadTrace
    private let artifacts: ArtifactStore
    private let maximumBytes: Int64

    /// - Parameter artifacts: of long streams.
    package init(pool: Pool, artifacts: ArtifactStore, maximumBytes: Int64 = SearchOutput.maximumBytes) {
        trace = ReadTrace(pool: pool)
        self.artifacts = artifacts
        self.maximumBytes = maximumBytes
    }

    /// Searches the steps that have ended; nil when there is no such attempt, the newest when none is named. Blocks.
    package func search(
        _ wish: Wish, in id: ID<Execution>, project: ID<Project>, attempt: Int? = nil, step: Int? = nil
    ) throws -> FoundOutput? {
        var after = step.map { $0 - 1 } ?? 0
        let limit = step == nil ? Self.steps : 1
        guard var page = try trace.page(of: id, project: project, attempt: attempt, after: after, limit: limit) else {
            return nil
        }
        var found = FoundOutput(attempt: page.attempt)
        while true {
            for one in try page.steps.map(StepStreams.init) where step == nil || step == one.sequence {
                try search(wish, one, page, &found)
            }
            guard step == nil, let next = page.nextAfter else { return found }
            after = next
            guard
                let more = try trace.page(
                    of: id, project: project, attempt: found.attempt, after: after, limit: limit)
            else { return found }
            page = more
        }
    }

    private func search(_ wish: Wish, _ step: StepStreams, _ page: TracePage, _ found: inout FoundOutput) throws {
        let body = step.body.map { [("body", $0)] } ?? []
        for (stream, excerpt) in step.excerpts.map({ ($0.stream.rawValue, $0.excerpt) }) + body {
            var search = LineSearch(wish.text, isExact: wish.isExact, limit: wish.limit - found.lines.count)
            try read(try StoredStream(excerpt, page, artifacts), into: &search, &found)
            found.matches += search.matches
            found.lineCount += search.lines
            found.lines += search.hits.map {
                FoundOutput.Line(step: step.sequence, stream: stream, number: $0.line, text: $0.text)
            }
        }
    }

    private func read(_ stored: StoredStream, into search: inout LineSearch, _ found: inout FoundOutput) throws {
        var offset: Int64 = 0
        while offset < stored.bytes {
            let room = min(Self.pieceBytes, Int(maximumBytes - found.searchedBytes))
            guard room > 0, let stretch = stored.stretch(at: offset, limit: room) else {
                found.unsearchedBytes += stored.bytes - offset
                break
            }
            switch stretch {
            case .text(let text, let end):
                search.add(text)
                found.searchedBytes += end - offset
                offset = end
            case .gap(let end):
                search.skip()
                found.unsearchedBytes += end - offset
                offset = end
            }
        }
        search.end()
    }
}
