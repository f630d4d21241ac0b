import ResultFormats

/// One file of results, alone or a member of a packed one: finds its format by its beginning, then reads on.
struct MemberReading {
    /// nil until enough is there to tell, and for what is of no format.
    private(set) var format: ResultFormat?
    private var reader: (any ResultReader)?
    private var head: [UInt8] = []
    private var isUnknown = false

    /// - Parameter wanted: what the sender says it is; nil: by content.
    init(wanted: ResultFormat?) {
        format = wanted
        reader = wanted?.reader()
    }

    mutating func take(_ piece: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        guard reader == nil else {
            try reader?.read(piece, to: sink)
            return
        }
        guard !isUnknown else { return }
        head.append(contentsOf: piece)
        if head.count >= DetectFormat.headBytes { try begin(sink) }
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        if reader == nil, !isUnknown { try begin(sink) }
        try reader?.finish(to: sink)
    }

    private mutating func begin(_ sink: (ReadItem) throws -> Void) throws {
        format = head.withUnsafeBytes { DetectFormat.detect($0) }
        reader = format?.reader()
        isUnknown = format == nil
        let begun = head
        head = []
        try begun.withUnsafeBytes { try reader?.read($0, to: sink) }
    }
}
