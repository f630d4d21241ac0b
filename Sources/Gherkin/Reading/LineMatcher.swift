/// Says whether a line is of a kind, in the language that holds.
struct LineMatcher {
    let source: SourceText
    private(set) var dialect: Dialect

    init?(_ source: SourceText) {
        guard let english = Dialect("en") else { return nil }
        self.source = source
        dialect = english
    }

    /// What was read of a line that matched.
    struct Match {
        var keyword = ""
        var keywordType = KeywordType.unknown
        var text = ""
        var items: [LineItem] = []
    }

    /// Nil when the line is not of that kind; `delimiter` is that of the doc string the line is in.
    mutating func match(_ kind: LineKind, _ line: SourceLine, delimiter: String?) throws(ParseError) -> Match? {
        switch kind {
        case .end: return nil
        case .empty: return line.isEmpty ? Match() : nil
        case .comment:
            return begins(line, "#") ? Match(text: source.text(line.start, line.end)) : nil
        case .language: return try language(line)
        case .tags: return begins(line, "@") ? Match(items: try source.tags(of: line)) : nil
        case .feature, .rule, .background, .scenario, .examples: return title(kind, line)
        case .step: return step(line)
        case .row: return begins(line, "|") ? Match(items: source.cells(of: line)) : nil
        case .docString: return docString(line, delimiter)
        case .other: return Match()
        }
    }

    private func begins(_ line: SourceLine, _ mark: Unicode.Scalar) -> Bool {
        !line.isEmpty && source.bytes[line.contentStart] == UInt8(ascii: mark)
    }

    private func title(_ kind: LineKind, _ line: SourceLine) -> Match? {
        guard let keyword = dialect.titles[kind]?.first(where: { source.starts(line, with: $0) }) else { return nil }
        return Match(
            keyword: String(decoding: keyword.dropLast(), as: UTF8.self),
            text: source.trimmed(line.contentStart + keyword.count, line.end))
    }

    private func step(_ line: SourceLine) -> Match? {
        guard let keyword = dialect.steps.first(where: { source.starts(line, with: $0.bytes) }) else { return nil }
        return Match(
            keyword: String(decoding: keyword.bytes, as: UTF8.self), keywordType: keyword.type,
            text: source.trimmed(line.contentStart + keyword.bytes.count, line.end))
    }

    private func docString(_ line: SourceLine, _ delimiter: String?) -> Match? {
        for mark in delimiter.map({ [$0] }) ?? ["\"\"\"", "```"] where source.starts(line, with: Array(mark.utf8)) {
            let mediaType = delimiter == nil ? source.trimmed(line.contentStart + 3, line.end) : ""
            return Match(keyword: mark, text: mediaType)
        }
        return nil
    }

    /// `# language: fr`; from there on its keywords hold.
    private mutating func language(_ line: SourceLine) throws(ParseError) -> Match? {
        guard begins(line, "#") else { return nil }
        func skip(_ index: Int) -> Int { source.skippingSpace(from: index, to: line.contentEnd) }
        var index = skip(line.contentStart + 1)
        for mark in ["language", ":"].map({ Array($0.utf8) }) {
            guard source.bytes[index..<line.contentEnd].starts(with: mark) else { return nil }
            index = skip(index + mark.count)
        }
        let code = source.bytes[index..<line.contentEnd]
        let isCode = code.allSatisfy { (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95 }
        guard isCode, !code.isEmpty else { return nil }
        let name = String(decoding: code, as: UTF8.self)
        guard let dialect = Dialect(name) else {
            throw ParseError(
                Location(line: line.number, column: source.column(of: line)), "Language not supported: \(name)")
        }
        self.dialect = dialect
        return Match(text: name)
    }
}
