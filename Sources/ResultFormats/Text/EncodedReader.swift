/// Gives a reader UTF-8 without a byte order mark, whatever the file is in, and its first bytes in one piece.
struct EncodedReader: ResultReader {
    private static let headBytes = 1024
    private var inner: any ResultReader
    private var head: [UInt8]? = []
    private var markBytes = 0
    private var transcoder: Transcoder?

    init(_ inner: any ResultReader) {
        self.inner = inner
    }

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        guard head != nil else { return try pass(bytes, sink) }
        head?.append(contentsOf: bytes)
        if let gathered = head, gathered.count >= Self.headBytes { try open(gathered, sink) }
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        if let gathered = head { try open(gathered, sink) }
        var rest: [UInt8] = []
        transcoder?.finish(into: &rest)
        if !rest.isEmpty { try rest.withUnsafeBytes { try give($0, sink) } }
        try give(nil, sink)
    }

    private mutating func open(_ gathered: [UInt8], _ sink: (ReadItem) throws -> Void) throws {
        head = nil
        try gathered.withUnsafeBytes { bytes in
            let (encoding, mark) = Encoding.of(bytes)
            markBytes = mark
            transcoder = Transcoder(encoding)
            try pass(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(mark)), sink)
        }
    }

    private mutating func pass(_ bytes: UnsafeRawBufferPointer, _ sink: (ReadItem) throws -> Void) throws {
        guard transcoder != nil else { return try give(bytes, sink) }
        // In pieces, so that the copy stays small however much comes at once.
        var start = 0
        while start < bytes.count {
            let end = min(start + 32 * 1024, bytes.count)
            var text: [UInt8] = []
            transcoder?.append(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: &text)
            try text.withUnsafeBytes { try give($0, sink) }
            start = end
        }
    }

    /// Nil: the file is complete. Positions in bytes are those of the file as it was sent; a file in another encoding has line
    /// and column only.
    private mutating func give(_ bytes: UnsafeRawBufferPointer?, _ sink: (ReadItem) throws -> Void) throws {
        let isMoved = markBytes > 0 || transcoder != nil
        let shift = transcoder == nil ? Int64(markBytes) : nil
        func moved(_ refusal: Refusal) -> Refusal {
            var moved = refusal
            moved.byteOffset = shift.flatMap { shift in refusal.byteOffset.map { $0 + shift } }
            return moved
        }
        let placed = { (item: ReadItem) throws in
            if isMoved, case .refused(let refusal) = item { try sink(.refused(moved(refusal))) } else { try sink(item) }
        }
        do {
            if let bytes { try inner.read(bytes, to: placed) } else { try inner.finish(to: placed) }
        } catch let refusal as Refusal where isMoved {
            throw moved(refusal)
        }
    }
}
