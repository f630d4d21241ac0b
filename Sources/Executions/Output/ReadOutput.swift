import Domain
package import MariaDB
import Wire

/// Reads what the commands of an attempt printed, step after step, a page at a time and without locks.
///
/// A step that is watched while it runs is read from `execution_output` in the order in which it printed; one that ended
/// before anybody could watch, or long ago, from its result: first stdout, then stderr.
package struct ReadOutput: Sendable {
    /// A page ends with the step or piece that reaches this.
    static let pageBytes: Int64 = 256 << 10
    private static let pieceBytes = 64 << 10
    private static let steps = 50

    private let pool: Pool
    private let artifacts: ArtifactStore
    private let trace: ReadTrace

    /// - Parameter directory: that of the `ArtifactStore`.
    package init(pool: Pool, directory: String) {
        self.pool = pool
        artifacts = ArtifactStore(pool: pool, directory: directory)
        trace = ReadTrace(pool: pool)
    }

    /// Where `offset` lies; nil when there is no such attempt. Blocks.
    package func place(in target: OutputTarget, behind offset: Int64) throws -> OutputPlace? {
        var place = OutputPlace()
        repeat {
            guard let page = try steps(of: target, from: place) else { return nil }
            for step in try page.steps.map(StepStreams.init) {
                guard place.base + step.bytes <= offset, step.sequence != target.step else {
                    return try resumed(place, at: offset, target)
                }
                place.leaveStep(bytes: step.bytes)
            }
            if page.nextAfter == nil { return try resumed(place, at: offset, target) }
        } while true
    }

    private func resumed(_ place: OutputPlace, at offset: Int64, _ target: OutputTarget) throws -> OutputPlace {
        var place = place
        place.offset = max(place.base, offset)
        place.isLive = try place.offset > place.base && liveBytes(of: place.step, target) != nil
        return place
    }

    private func liveBytes(of step: Int, _ target: OutputTarget) throws -> Int64? {
        try pool.read { connection in
            try OutputStore.bytes(
                of: target.execution, project: target.project, attempt: target.attempt, step: step, connection)
        }
    }

    /// What follows `place`. Blocks.
    package func page(of target: OutputTarget, from place: OutputPlace) throws -> OutputPage {
        var page = OutputPage(from: place)
        // Steps first: what they printed is committed no later than they are.
        guard let trace = try steps(of: target, from: place) else {
            page.ending = "lost"
            return page
        }
        let chunks = try chunks(of: target, from: place)
        for step in try trace.steps.map(StepStreams.init) {
            if target.step.map({ $0 == step.sequence }) ?? true {
                guard try show(step, chunks, target, trace, &page) else { return page }
            }
            page.place.leaveStep(bytes: step.bytes)
            if target.step == step.sequence {
                page.ending = step.status
                return page
            }
            if page.bytes >= Self.pageBytes {
                page.mayBeMore = true
                return page
            }
        }
        if trace.nextAfter != nil {
            page.mayBeMore = true
            return page
        }
        if target.step.map({ $0 == page.place.step }) ?? true {
            guard showLive(page.place.step, chunks, &page) else { return page }
        }
        if trace.status != AttemptStatus.running.rawValue { page.ending = trace.status }
        return page
    }

    private func steps(of target: OutputTarget, from place: OutputPlace) throws -> TracePage? {
        try trace.page(
            of: target.execution, project: target.project, attempt: target.attempt, after: place.step - 1,
            limit: Self.steps)
    }

    private func chunks(of target: OutputTarget, from place: OutputPlace) throws -> [OutputStore.Chunk] {
        try pool.read { connection in
            try OutputStore.page(
                of: target.execution, project: target.project, attempt: target.attempt,
                step: target.step ?? place.step, only: target.step != nil, beyond: place.offset, connection)
        }
    }

    /// Shows a step that has ended; false when the page is full before its end.
    private func show(
        _ step: StepStreams, _ chunks: [OutputStore.Chunk], _ target: OutputTarget, _ trace: TracePage,
        _ page: inout OutputPage
    ) throws -> Bool {
        // Rows with gaps are for those who were there; who comes now gets the whole from the result.
        let isWatched =
            try page.place.isLive
            || chunks.contains { $0.step == step.sequence } && liveBytes(of: step.sequence, target) == step.bytes
        if isWatched {
            guard showLive(step.sequence, chunks, &page) else { return false }
            let end = page.place.base + step.bytes
            let artifact = step.excerpts.compactMap(\.excerpt.artifact).first
            page.skip(to: end, step: step.sequence, artifact: artifact)
            return true
        }
        var start = page.place.base
        for (stream, excerpt) in step.excerpts {
            let stored = try StoredStream(excerpt, trace, artifacts)
            while let stretch = stored.stretch(at: max(0, page.place.offset - start), limit: Self.pieceBytes) {
                switch stretch {
                case .text(let text, let end): page.add(stream, text, step.sequence, end: start + end)
                case .gap(let end):
                    page.skip(to: start + end, step: step.sequence, artifact: excerpt.artifact)
                }
                if page.bytes >= Self.pageBytes {
                    page.mayBeMore = true
                    return false
                }
            }
            start += stored.bytes
        }
        return true
    }

    /// Shows what was printed while the step ran; false when there is more of it.
    private func showLive(_ step: Int, _ chunks: [OutputStore.Chunk], _ page: inout OutputPage) -> Bool {
        for chunk in chunks where chunk.step == step { page.add(chunk) }
        guard chunks.count >= OutputStore.rowsOfPage, let last = chunks.last, last.step <= step else { return true }
        page.mayBeMore = true
        return false
    }
}
