/// Makes the pickles of a document.
struct CompilePickles {
    private var ids: IDSequence
    private let language: String
    private var pickles: [Pickle] = []

    init(_ language: String, _ ids: IDSequence) {
        self.language = language
        self.ids = ids
    }

    mutating func run(_ feature: Feature) -> (pickles: [Pickle], ids: IDSequence) {
        var background: [Step] = []
        for child in feature.children {
            switch child {
            case .background(let own): background += own.steps
            case .scenario(let scenario): compile(scenario, feature.tags, background)
            case .rule(let rule): compile(rule, feature.tags + rule.tags, background)
            }
        }
        return (pickles, ids)
    }

    private mutating func compile(_ rule: Rule, _ tags: [Tag], _ background: [Step]) {
        var background = background
        for child in rule.children {
            switch child {
            case .background(let own): background += own.steps
            case .scenario(let scenario): compile(scenario, tags, background)
            }
        }
    }

    private mutating func compile(_ scenario: Scenario, _ tags: [Tag], _ background: [Step]) {
        let tags = tags + scenario.tags
        guard !scenario.examples.isEmpty else {
            return add(scenario, tags, background, row: nil, values: RowValues())
        }
        for examples in scenario.examples {
            guard let header = examples.tableHeader else { continue }
            for row in examples.tableBody {
                add(scenario, tags + examples.tags, background, row: row, values: RowValues(header, row))
            }
        }
    }

    private mutating func add(
        _ scenario: Scenario, _ tags: [Tag], _ background: [Step], row: TableRow?, values: RowValues
    ) {
        var steps: [PickleStep] = []
        var type = KeywordType.unknown
        // A scenario without steps of its own does not run the background's either.
        for step in scenario.steps.isEmpty ? [] : background {
            if step.keywordType != .conjunction { type = step.keywordType }
            steps.append(pickle(step, type, row: nil, RowValues()))
        }
        for step in scenario.steps {
            if step.keywordType != .conjunction { type = step.keywordType }
            steps.append(pickle(step, type, row: row, values))
        }
        pickles.append(
            Pickle(
                id: ids.next(), location: row?.location ?? scenario.location,
                astNodeIDs: [scenario.id] + (row.map { [$0.id] } ?? []),
                tags: tags.map { PickleTag(astNodeID: $0.id, name: $0.name) },
                name: values.put(into: scenario.name), language: language, steps: steps))
    }

    private mutating func pickle(_ step: Step, _ type: KeywordType, row: TableRow?, _ values: RowValues) -> PickleStep {
        let isTableFirst = zip(step.docString, step.dataTable).map { $0.location.line > $1.location.line }
        return PickleStep(
            id: ids.next(), astNodeIDs: [step.id] + (row.map { [$0.id] } ?? []), type: type,
            text: values.put(into: step.text),
            docString: step.docString.map {
                PickleDocString(
                    argumentIndex: isTableFirst.map { $0 ? 2 : 1 }, mediaType: $0.mediaType.map(values.put(into:)),
                    content: values.put(into: $0.content))
            },
            dataTable: step.dataTable.map { table in
                PickleTable(
                    argumentIndex: isTableFirst.map { $0 ? 1 : 2 },
                    rows: table.rows.map { $0.cells.map { values.put(into: $0.value) } })
            })
    }
}

private func zip<First, Second>(_ first: First?, _ second: Second?) -> (First, Second)? {
    guard let first, let second else { return nil }
    return (first, second)
}

/// The values of one row under their names.
private struct RowValues {
    private var pairs: [(name: String, value: String)] = []

    init() {}

    init(_ header: TableRow, _ row: TableRow) {
        pairs = zip(header.cells, row.cells).map { ("<\($0.value)>", $1.value) }
    }

    /// Puts the values in the places of `<name>`, one name after the other.
    func put(into text: String) -> String {
        guard !pairs.isEmpty, text.utf8.contains(UInt8(ascii: "<")) else { return text }
        return pairs.reduce(text) { replacing($1.name, with: $1.value, in: $0) }
    }
}

extension GherkinDocument {
    /// What is to be run, in the order of the file.
    package func pickles(ids: inout IDSequence) -> [Pickle] {
        guard let feature else { return [] }
        var compile = CompilePickles(feature.language, ids)
        let pickles: [Pickle]
        (pickles, ids) = compile.run(feature)
        return pickles
    }
}
