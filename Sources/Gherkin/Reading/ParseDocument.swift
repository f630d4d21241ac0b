/// Reads a source text into its tree, and finds all that is wrong with it in one pass.
///
/// The states, what they expect and the words of errors are those of Cucumber's gherkin 42.
struct ParseDocument {
    private let source: SourceText
    private var matcher: LineMatcher
    private var tree: TreeBuilder
    private var place = Place.start
    private var stringIndent = 0
    private var errors: [ParseError] = []

    init?(_ text: String, _ ids: IDSequence) {
        source = SourceText(text)
        guard let matcher = LineMatcher(source) else { return nil }
        self.matcher = matcher
        tree = TreeBuilder(ids)
    }

    /// - Throws: all errors, or the first eleven.
    mutating func run() throws(ParseErrors) -> (document: GherkinDocument, ids: IDSequence) {
        var (offset, number) = (0, 1)
        while let line = source.line(at: offset, number: number) {
            try read(line)
            offset = line.following
            number += 1
        }
        let expected = place.expected(inBackground: tree.isInBackground)
        if expected.contains(.end) {
            try closeRule()
        } else {
            let names = expected.map(\.rawValue).joined(separator: ", ")
            try add(ParseError(Location(line: number, column: nil), "unexpected end of file, expected: \(names)"))
        }
        guard errors.isEmpty else { throw ParseErrors(errors: errors) }
        return tree.closeFeature()
    }

    private mutating func read(_ line: SourceLine) throws(ParseErrors) {
        let expected = place.expected(inBackground: tree.isInBackground)
        for kind in expected {
            guard let match = try match(kind, line) else { continue }
            return try take(kind, match, line)
        }
        let names = expected.map(\.rawValue).joined(separator: ", ")
        let content = source.text(line.contentStart, line.contentEnd)
        let location = Location(line: line.number, column: source.column(of: line))
        try add(ParseError(location, "expected: \(names), got '\(content)'"))
    }

    private mutating func match(_ kind: LineKind, _ line: SourceLine) throws(ParseErrors) -> LineMatcher.Match? {
        do throws(ParseError) {
            return try matcher.match(kind, line, delimiter: place.isInString ? tree.delimiter : nil)
        } catch {
            try add(error)
            return nil
        }
    }

    /// A line is tried again after a look ahead, so the same error may come twice; it is told once.
    private mutating func add(_ error: ParseError) throws(ParseErrors) {
        guard !errors.contains(where: { $0.message == error.message }) else { return }
        errors.append(error)
        if errors.count > 10 { throw ParseErrors(errors: errors) }
    }

    private mutating func take(_ kind: LineKind, _ match: LineMatcher.Match, _ line: SourceLine) throws(ParseErrors) {
        let location = Location(line: line.number, column: source.column(of: line))
        switch kind {
        case .end, .empty: break
        case .comment:
            tree.add(comment: Comment(location: Location(line: line.number, column: 1), text: match.text))
            place = place.text
        case .other: takeOther(line)
        case .language: place = .language
        case .tags: try takeTags(match, line)
        case .docString: try takeDelimiter(match, location, line)
        case .row: takeRow(match, location)
        case .step:
            tree.closeDescription()
            try closeStep()
            tree.openStep(match, location)
            place = .step
        case .feature:
            tree.openFeature(match, location, language: matcher.dialect.code)
            place = .feature
        case .background:
            tree.closeDescription()
            tree.openBackground(match, location)
            place = .background
        case .examples:
            if place != .examplesTags { try closeExamples() }
            tree.openExamples(match, location)
            place = .examples
        case .scenario:
            if place != .scenarioTags { try closeScenario() }
            tree.openScenario(match, location)
            place = .scenario
        case .rule:
            if place != .ruleTags { try closeRule() }
            tree.openRule(match, location)
            place = .rule
        }
    }

    private mutating func takeOther(_ line: SourceLine) {
        guard place.isInString else {
            tree.add(description: source.text(line.start, line.end))
            return place = place.text
        }
        // The text of a doc string loses as much indent as its delimiter has, and no more than it has itself.
        let indent = source.codePoints(line.start, line.contentStart)
        var start = line.contentStart
        if stringIndent <= indent {
            start = line.start
            for _ in 0..<stringIndent { start += source.spaceLength(at: start, before: line.end) }
        }
        let mark = tree.delimiter ?? ""
        let escaped = mark.map { "\\\($0)" }.joined()
        tree.add(stringLine: replacing(escaped, with: mark, in: source.text(start, line.end)))
    }

    private mutating func takeDelimiter(
        _ match: LineMatcher.Match, _ location: Location, _ line: SourceLine
    ) throws(ParseErrors) {
        switch place {
        case .string: place = .afterString
        case .tableThenString: place = .afterTableThenString
        default:
            let hasTable = place == .table
            try closeTable()
            tree.openString(match, location)
            stringIndent = source.codePoints(line.start, line.contentStart)
            place = hasTable ? .tableThenString : .string
        }
    }

    private mutating func takeRow(_ match: LineMatcher.Match, _ location: Location) {
        tree.closeDescription()
        tree.add(row: match.items, location)
        switch place {
        case .step: place = .table
        case .afterString: place = .stringThenTable
        case .examples, .examplesText: place = .examplesTable
        default: break
        }
    }

    private mutating func takeTags(_ match: LineMatcher.Match, _ line: SourceLine) throws(ParseErrors) {
        if !place.isInTags {
            if place == .start || place == .language {
                place = .featureTags
            } else if mayTakeExamples, try comes(.examples, after: line) {
                try closeExamples()
                place = .examplesTags
            } else if try comes(.scenario, after: line) {
                try closeScenario()
                place = .scenarioTags
            } else {
                try closeRule()
                place = .ruleTags
            }
        }
        tree.add(tags: match.items)
    }

    private var mayTakeExamples: Bool { place.expected(inBackground: tree.isInBackground).contains(.examples) }

    /// Whether the tags belong to a line of that kind: only tags, comments and blank lines are before it.
    private mutating func comes(_ kind: LineKind, after line: SourceLine) throws(ParseErrors) -> Bool {
        var line = line
        while let following = source.line(at: line.following, number: line.number + 1) {
            if try match(kind, following) != nil { return true }
            var isBetween = false
            for skipped in [LineKind.empty, .comment, .tags] where !isBetween {
                isBetween = try match(skipped, following) != nil
            }
            guard isBetween else { return false }
            line = following
        }
        return false
    }

    private mutating func closeTable() throws(ParseErrors) {
        do throws(ParseError) { try tree.closeTable() } catch { try add(error) }
    }

    private mutating func closeStep() throws(ParseErrors) {
        try closeTable()
        tree.closeStep()
    }

    private mutating func closeExamples() throws(ParseErrors) {
        tree.closeDescription()
        try closeStep()
        tree.closeExamples()
    }

    private mutating func closeScenario() throws(ParseErrors) {
        try closeExamples()
        tree.closeScenario()
    }

    private mutating func closeRule() throws(ParseErrors) {
        try closeScenario()
        tree.closeRule()
    }
}

/// Replaces every occurrence, byte by byte; from left to right.
func replacing(_ part: String, with other: String, in text: String) -> String {
    let (part, bytes) = (Array(part.utf8), Array(text.utf8))
    guard let first = part.first, bytes.count >= part.count else { return text }
    var result: [UInt8] = []
    var index = 0
    var copied = 0
    while index <= bytes.count - part.count {
        if bytes[index] == first, bytes[index..<index + part.count].elementsEqual(part) {
            result += bytes[copied..<index]
            result += other.utf8
            index += part.count
            copied = index
        } else {
            index += 1
        }
    }
    guard copied > 0 else { return text }
    return String(decoding: result + bytes[copied...], as: UTF8.self)
}

extension GherkinDocument {
    /// Reads a `.feature` file; a byte order mark before it is skipped.
    /// - Throws: `ParseErrors`, all that is wrong with it; then no number of `ids` is used.
    package init(parsing text: String, ids: inout IDSequence) throws(ParseErrors) {
        guard var parse = ParseDocument(text, ids) else {
            throw ParseErrors(errors: [ParseError(Location(line: 1, column: 1), "Language not supported: en")])
        }
        (self, ids) = try parse.run()
    }
}
