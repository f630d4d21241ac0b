/// Puts lines together into a document. Nodes are numbered when they are complete, inner ones first.
struct TreeBuilder {
    private struct Heading {
        var tags: [LineItem]
        let location: Location
        let match: LineMatcher.Match
        var description = ""
    }

    private struct Steps {
        var heading: Heading
        var steps: [Step] = []
        var examples: [Examples] = []
    }

    private var ids: IDSequence
    private var document = GherkinDocument()
    private var language = "en"
    private var feature: (heading: Heading, children: [FeatureChild])?
    private var rule: (heading: Heading, children: [RuleChild])?
    private var background: Steps?
    private var scenario: Steps?
    private var examples: Heading?
    private var step: (location: Location, match: LineMatcher.Match)?
    private var table: [(location: Location, cells: [LineItem])] = []
    private var closedTable: [TableRow]?
    private var string: (location: Location, match: LineMatcher.Match, lines: [String])?
    private var tags: [LineItem] = []
    private var description: [String] = []

    init(_ ids: IDSequence) { self.ids = ids }

    var isInBackground: Bool { background != nil }
    var delimiter: String? { string?.match.keyword }

    mutating func add(comment: Comment) { document.comments.append(comment) }
    mutating func add(tags: [LineItem]) { self.tags += tags }
    mutating func add(description line: String) { description.append(line) }
    mutating func add(stringLine line: String) { string?.lines.append(line) }
    mutating func add(row cells: [LineItem], _ location: Location) { table.append((location, cells)) }

    mutating func openFeature(_ match: LineMatcher.Match, _ location: Location, language: String) {
        self.language = language
        feature = (heading(match, location), [])
    }

    mutating func openRule(_ match: LineMatcher.Match, _ location: Location) {
        rule = (heading(match, location), [])
    }

    mutating func openBackground(_ match: LineMatcher.Match, _ location: Location) {
        background = Steps(heading: heading(match, location))
    }

    mutating func openScenario(_ match: LineMatcher.Match, _ location: Location) {
        scenario = Steps(heading: heading(match, location))
    }

    mutating func openExamples(_ match: LineMatcher.Match, _ location: Location) {
        examples = heading(match, location)
    }

    mutating func openStep(_ match: LineMatcher.Match, _ location: Location) { step = (location, match) }

    mutating func openString(_ match: LineMatcher.Match, _ location: Location) { string = (location, match, []) }

    private mutating func heading(_ match: LineMatcher.Match, _ location: Location) -> Heading {
        defer { tags = [] }
        return Heading(tags: tags, location: location, match: match)
    }

    /// The description is complete; blank lines at its end do not belong to it.
    mutating func closeDescription() {
        guard !description.isEmpty else { return }
        while let last = description.last, last.unicodeScalars.allSatisfy(\.properties.isWhitespace) {
            description.removeLast()
        }
        let text = description.joined(separator: "\n")
        description = []
        if examples != nil {
            examples?.description = text
        } else if scenario != nil {
            scenario?.heading.description = text
        } else if background != nil {
            background?.heading.description = text
        } else if rule != nil {
            rule?.heading.description = text
        } else {
            feature?.heading.description = text
        }
    }

    /// - Throws: for the first row with another number of cells than the first row.
    mutating func closeTable() throws(ParseError) {
        guard let width = table.first?.cells.count else { return }
        let rows = table
        table = []
        closedTable = rows.map { row in
            let cells = row.cells.map { TableCell(location: $0.location, value: $0.text) }
            return TableRow(id: ids.next(), location: row.location, cells: cells)
        }
        for row in rows where row.cells.count != width {
            throw ParseError(row.location, "inconsistent cell count within the table")
        }
    }

    mutating func closeStep() {
        guard let open = step else { return }
        let docString = string.map { string in
            DocString(
                location: string.location, mediaType: string.match.text.isEmpty ? nil : string.match.text,
                content: string.lines.joined(separator: "\n"), delimiter: string.match.keyword)
        }
        let dataTable = closedTable.flatMap { rows in
            rows.first.map { DataTable(location: $0.location, rows: rows) }
        }
        let closed = Step(
            id: ids.next(), location: open.location, keyword: open.match.keyword, keywordType: open.match.keywordType,
            text: open.match.text, docString: docString, dataTable: dataTable)
        (step, string, closedTable) = (nil, nil, nil)
        if scenario != nil { scenario?.steps.append(closed) } else { background?.steps.append(closed) }
    }

    mutating func closeExamples() {
        guard let heading = examples else { return }
        let rows = closedTable ?? []
        let tags = numbered(heading.tags)
        let closed = Examples(
            id: ids.next(), tags: tags, location: heading.location, keyword: heading.match.keyword,
            name: heading.match.text, description: heading.description, tableHeader: rows.first,
            tableBody: Array(rows.dropFirst()))
        (examples, closedTable) = (nil, nil)
        scenario?.examples.append(closed)
    }

    /// Closes the scenario or background that is open.
    mutating func closeScenario() {
        if let open = scenario {
            let tags = numbered(open.heading.tags)
            let closed = Scenario(
                id: ids.next(), tags: tags, location: open.heading.location, keyword: open.heading.match.keyword,
                name: open.heading.match.text, description: open.heading.description, steps: open.steps,
                examples: open.examples)
            scenario = nil
            if rule != nil {
                rule?.children.append(.scenario(closed))
            } else {
                feature?.children.append(.scenario(closed))
            }
        }
        if let open = background {
            let closed = Background(
                id: ids.next(), location: open.heading.location, keyword: open.heading.match.keyword,
                name: open.heading.match.text, description: open.heading.description, steps: open.steps)
            background = nil
            if rule != nil {
                rule?.children.append(.background(closed))
            } else {
                feature?.children.append(.background(closed))
            }
        }
    }

    mutating func closeRule() {
        guard let open = rule else { return }
        let tags = numbered(open.heading.tags)
        let closed = Rule(
            id: ids.next(), tags: tags, location: open.heading.location, keyword: open.heading.match.keyword,
            name: open.heading.match.text, description: open.heading.description, children: open.children)
        rule = nil
        feature?.children.append(.rule(closed))
    }

    mutating func closeFeature() -> (document: GherkinDocument, ids: IDSequence) {
        if let open = feature {
            let tags = numbered(open.heading.tags)
            document.feature = Feature(
                tags: tags, location: open.heading.location, language: language, keyword: open.heading.match.keyword,
                name: open.heading.match.text, description: open.heading.description, children: open.children)
            feature = nil
        }
        return (document, ids)
    }

    private mutating func numbered(_ tags: [LineItem]) -> [Tag] {
        tags.map { Tag(id: ids.next(), location: $0.location, name: $0.text) }
    }
}
