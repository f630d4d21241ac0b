/// What a running step printed since the last report: redacted, in the order in which it was read.
///
/// Offsets count the bytes of everything the attempt's commands have shown so far, sent or not: a chunk that begins
/// behind the end of the one before tells how much is missing.
package struct OutputChunk: Codable, Equatable, Sendable {
    /// A run of bytes of one stream; `bytes` is their number before what is no UTF-8 became U+FFFD.
    package struct Piece: Codable, Equatable, Sendable {
        package var stream: OutputStream
        package var text: String
        package var bytes: Int

        package init(stream: OutputStream, text: String, bytes: Int) {
            self.stream = stream
            self.text = text
            self.bytes = bytes
        }
    }

    /// Sequence of the step.
    package var step: Int
    /// Offset of its first byte.
    package var at: Int64
    package var pieces: [Piece]
    /// The step printed more than is shown live; its result will hold the rest.
    package var truncated: Bool?

    package init(step: Int, at: Int64, pieces: [Piece], truncated: Bool? = nil) {
        self.step = step
        self.at = at
        self.pieces = pieces
        self.truncated = truncated
    }

    package var bytes: Int64 { pieces.reduce(0) { $0 + Int64($1.bytes) } }
}

/// Where a command prints.
package enum OutputStream: String, Codable, Equatable, Sendable, CaseIterable {
    case stdout, stderr
}
