@testable import ResultFormats

/// What a reader made of a file: its items, and the refusal that ended it.
struct Reading: Equatable {
    var items: [ReadItem] = []
    var ended: Refusal?

    /// Reads `bytes` in pieces of `piece`.
    init(_ format: ResultFormat, _ bytes: [UInt8], piece: Int = 64 * 1024) {
        var reader = format.reader()
        var items: [ReadItem] = []
        do {
            var start = 0
            while start < bytes.count {
                let end = min(start + piece, bytes.count)
                try bytes[start..<end].withUnsafeBytes { try reader.read($0) { items.append($0) } }
                start = end
            }
            try reader.finish { items.append($0) }
        } catch {
            ended = error as? Refusal ?? Refusal(code: "other", message: "\(error)")
        }
        self.items = items
    }

    init(_ format: ResultFormat, _ text: String, piece: Int = 64 * 1024) {
        self.init(format, Array(text.utf8), piece: piece)
    }

    var results: [ReadResult] {
        items.compactMap { if case .result(let result) = $0 { result } else { nil } }
    }

    var facts: [ReadPair] {
        items.compactMap { if case .fact(let pair) = $0 { pair } else { nil } }
    }

    var refused: [Refusal] {
        items.compactMap { if case .refused(let refusal) = $0 { refusal } else { nil } }
    }

    var runs: [ReadRun] {
        items.compactMap { if case .run(let run) = $0 { run } else { nil } }
    }

    /// `status name` of each result.
    var lines: [String] { results.map { "\($0.status.rawValue) \($0.name)" } }
}

extension DetectFormat {
    static func detect(_ bytes: [UInt8]) -> ResultFormat? {
        bytes.withUnsafeBytes { detect($0) }
    }

    static func detect(_ text: String) -> ResultFormat? {
        detect(Array(text.utf8))
    }
}
