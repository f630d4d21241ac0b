package import Domain
package import Wire

/// Whose output is read: all steps of an attempt, or one of them.
package struct OutputTarget: Hashable, Sendable {
    package let execution: ID<Execution>
    package let project: ID<Project>
    package let attempt: Int
    package let step: Int?

    package init(execution: ID<Execution>, project: ID<Project>, attempt: Int, step: Int? = nil) {
        self.execution = execution
        self.project = project
        self.attempt = attempt
        self.step = step
    }
}

/// How far a reader has come. Offsets count the bytes that the commands of the attempt have shown, in the order of steps.
package struct OutputPlace: Hashable, Sendable {
    /// The step being read.
    var step = 1
    /// Offset of its first byte.
    var base: Int64 = 0
    /// Everything before it was read.
    package internal(set) var offset: Int64 = 0
    /// The step is read as it was printed: once begun so, its stored streams, one after the other, do not fit.
    var isLive = false
    /// That no more comes while the step runs was told.
    var isTruncationTold = false

    package init() {}

    /// The step has ended after `bytes`.
    mutating func leaveStep(bytes: Int64) {
        base += bytes
        offset = max(offset, base)
        step += 1
        (isLive, isTruncationTold) = (false, false)
    }
}

/// Something to show of an attempt's output.
package enum OutputEvent: Equatable, Sendable {
    /// `end` is the offset behind it.
    case text(step: Int, stream: OutputStream, text: String, end: Int64)
    /// Bytes that are not shown here; the artifact has them when it is named.
    case gap(step: Int, bytes: Int64, end: Int64, artifact: String?)
    /// The step prints more than is shown while it runs.
    case truncated(step: Int)
}

/// Some output in order, and where to go on.
package struct OutputPage: Sendable {
    package internal(set) var events: [OutputEvent] = []
    package internal(set) var place: OutputPlace
    /// There is more now.
    package internal(set) var mayBeMore = false
    /// The status of the step or attempt when nothing more will come.
    package internal(set) var ending: String?
    var bytes: Int64 = 0

    init(from place: OutputPlace) { self.place = place }

    /// Shows what lies behind the place, and the gap before it.
    mutating func add(_ chunk: OutputStore.Chunk) {
        place.isLive = true
        skip(to: chunk.at, step: chunk.step)
        var start = chunk.at
        for piece in chunk.pieces {
            let end = start + Int64(piece.bytes)
            if end > place.offset {
                let seen = Int(max(0, place.offset - start))
                add(piece.stream, seen == 0 ? piece.text : piece.text.without(bytes: seen), chunk.step, end: end)
            }
            start = end
        }
        if chunk.isTruncated, !place.isTruncationTold {
            place.isTruncationTold = true
            events.append(.truncated(step: chunk.step))
        }
    }

    mutating func add(_ stream: OutputStream, _ text: String, _ step: Int, end: Int64) {
        events.append(.text(step: step, stream: stream, text: text, end: end))
        bytes += Int64(text.utf8.count)
        place.offset = end
    }

    mutating func skip(to offset: Int64, step: Int, artifact: String? = nil) {
        guard offset > place.offset else { return }
        events.append(.gap(step: step, bytes: offset - place.offset, end: offset, artifact: artifact))
        place.offset = offset
    }
}

extension String {
    /// Without the first `count` bytes; the rest of a character that this would cut goes too.
    fileprivate func without(bytes count: Int) -> String {
        String(decoding: utf8.dropFirst(count).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }
}
