/// The keywords of one language.
struct Dialect: Sendable {
    let code: String
    private(set) var titles: [LineKind: [[UInt8]]] = [:]
    /// Longest first, so that a keyword wins over its own beginning.
    private(set) var steps: [StepKeyword] = []

    struct StepKeyword: Sendable {
        let bytes: [UInt8]
        let type: KeywordType
    }

    /// Nil for a language that is not in the table.
    init?(_ code: String) {
        guard let line = Dialect.line(of: code) else { return nil }
        let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            .map { $0.split(separator: "|").map(String.init) }
        guard fields.count >= 12 else { return nil }
        self.code = code
        let titles: [(LineKind, [String])] = [
            (.feature, fields[1]), (.background, fields[2]), (.rule, fields[3]), (.scenario, fields[4] + fields[5]),
            (.examples, fields[6]),
        ]
        for (kind, words) in titles { self.titles[kind] = words.map { Array($0.utf8) + [UInt8(ascii: ":")] } }
        let types: [KeywordType] = [.context, .action, .outcome, .conjunction, .conjunction]
        // By bytes: what looks the same in two Unicode forms is two keywords.
        var found: [[UInt8]: KeywordType] = [:]
        for (words, type) in zip(fields[7...11], types) {
            for word in words.map({ Array($0.utf8) }) { found[word] = found[word] == nil ? type : .unknown }
        }
        steps = found.map { StepKeyword(bytes: $0.key, type: $0.value) }.sorted { $0.bytes.count > $1.bytes.count }
    }

    private static func line(of code: String) -> Substring? {
        let table = dialectTable.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
        return table.split(separator: "\n").first { $0.hasPrefix(code + "\t") }
    }
}
