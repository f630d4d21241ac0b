extension ResultFormat {
    /// A reader for one file of this format.
    package func reader() -> any ResultReader {
        EncodedReader(inner())
    }

    private func inner() -> any ResultReader {
        switch self {
        case .junit: XMLDriver(JUnitHandler())
        case .ndjson: NDJSONReader()
        default: UnreadReader(format: self)
        }
    }
}

/// Refuses a format that is known by name only.
struct UnreadReader: ResultReader {
    let format: ResultFormat

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        throw Refusal(code: "unread_format", message: "\(format.rawValue) is not read yet")
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {}
}
