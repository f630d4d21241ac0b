/// What a reader hands on while it reads, in the order of the file.
package enum ReadItem: Sendable, Equatable {
    /// A run begins; only formats that hold several runs say so (`ndjson`). What follows belongs to it.
    case run(ReadRun)
    /// Boxed: a result is large, and items are handed from one to the next.
    indirect case result(ReadResult)
    /// What the file says of the whole run, as it becomes known: start, environment, seed, counts that do not match.
    case fact(ReadPair)
    /// Something that could not be read; the rest goes on.
    case refused(Refusal)
}

/// A run as a file names it.
package struct ReadRun: Sendable, Equatable {
    package var key: String?
    package var name: String?
    package var suite: String?
    package var branch: String?
    package var commit: String?
    package var environment: String?
    package var startedAt: Int64?
    package var finishedAt: Int64?
    package var url: String?
    package var tags: [String] = []

    package init() {}
}

/// A part of a file that was not taken, and why. Line and column count from 1, bytes from 0 in the file as it was sent.
package struct Refusal: Error, Sendable, Equatable {
    package var line: Int?
    package var column: Int?
    package var byteOffset: Int64?
    /// A stable word: `damaged_file`, `bad_line`, `unknown_status`, `too_deep`, `plan_mismatch`, …
    package var code: String
    package var message: String
    /// The bytes around it, at most 4 KiB.
    package var excerpt: String

    package init(
        code: String, message: String, line: Int? = nil, column: Int? = nil, byteOffset: Int64? = nil,
        excerpt: String = ""
    ) {
        self.code = code
        self.message = message
        self.line = line
        self.column = column
        self.byteOffset = byteOffset
        self.excerpt = excerpt
    }
}
