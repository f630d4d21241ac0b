import Domain
import Glibc
import Wire

/// One stream of a step that has ended: in its artifact when that is there, else the two ends of it.
struct StoredStream {
    let excerpt: StreamExcerpt
    /// Where the artifact's bytes lie; nil when there is none.
    let file: String?

    /// Finds the artifact of a step of `trace`, if it has one. Blocks.
    init(_ excerpt: StreamExcerpt, _ trace: TracePage, _ artifacts: ArtifactStore) throws {
        self.excerpt = excerpt
        file = try excerpt.artifact.flatMap { name in
            try artifacts.file(of: trace.execution, attempt: trace.attempt, fence: trace.fence, name: name)
        }
    }

    /// What comes at a place of the stream.
    enum Stretch: Equatable {
        case text(String, end: Int64)
        /// Kept nowhere, or in an artifact that is not there.
        case gap(end: Int64)
    }

    var bytes: Int64 { max(0, excerpt.bytes) }

    /// The stretch that begins at `offset`, about `limit` bytes of it; nil at the end.
    func stretch(at offset: Int64, limit: Int) -> Stretch? {
        guard offset < bytes else { return nil }
        if let file {
            guard let piece = fileBytes(file, at: offset, count: limit), !piece.isEmpty else { return .gap(end: bytes) }
            let isLast = offset + Int64(piece.count) >= bytes
            let whole = piece.dropLast(isLast ? 0 : piece.openCharacterBytes)
            let shown = whole.isEmpty ? piece[...] : whole
            return .text(String(decoding: shown, as: UTF8.self), end: offset + Int64(shown.count))
        }
        let headEnd = min(bytes, Int64(excerpt.head.utf8.count))
        let tailStart = max(headEnd, bytes - Int64(excerpt.tail.utf8.count))
        if offset < headEnd {
            return .text(text(excerpt.head, from: offset), end: excerpt.tail.isEmpty ? bytes : headEnd)
        }
        if offset < tailStart { return .gap(end: tailStart) }
        return .text(text(excerpt.tail, from: offset - tailStart), end: bytes)
    }

    private func text(_ text: String, from offset: Int64) -> String {
        offset == 0 ? text : String(decoding: text.utf8.dropFirst(Int(clamping: offset)), as: UTF8.self)
    }
}

/// A step's result, as far as its output is concerned.
struct StepStreams {
    let sequence: Int
    let status: String
    let excerpts: [(stream: OutputStream, excerpt: StreamExcerpt)]
    /// Of an HTTP answer; no part of what commands show.
    let body: StreamExcerpt?

    init(_ step: [UInt8]) throws {
        let result = try JSONParser.parse(step)
        sequence = result["sequence"]?.integer.flatMap { Int(exactly: $0) } ?? 0
        status = result["status"]?.string ?? ""
        excerpts = OutputStream.allCases.compactMap { stream in
            result["output"]?[stream.rawValue].flatMap(Self.excerpt).map { (stream, $0) }
        }
        body = result["output"]?["response"]?["body"].flatMap(Self.excerpt)
    }

    /// All that the step has shown.
    var bytes: Int64 { excerpts.reduce(0) { $0 + max(0, $1.excerpt.bytes) } }

    private static func excerpt(_ document: JSONValue) -> StreamExcerpt? {
        guard let head = document["head"]?.string, let bytes = document["bytes"]?.integer else { return nil }
        return StreamExcerpt(
            head: head, tail: document["tail"]?.string ?? "", bytes: bytes,
            droppedBytes: document["droppedBytes"]?.integer ?? 0, artifact: document["artifact"]?.string)
    }
}

/// `count` bytes of a file from `offset` on, fewer at its end; nil when it cannot be read.
private func fileBytes(_ path: String, at offset: Int64, count: Int) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
        let got = buffer.withUnsafeMutableBytes { bytes in
            pread(file, bytes.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
        }
        guard got >= 0 else { return nil }
        if got == 0 { break }
        filled += got
    }
    return Array(buffer.prefix(filled))
}
