/// Where in the grammar the parser is, which decides what may come next.
///
/// `…Text` is a place inside a description, where blank lines belong to it.
enum Place {
    case start, language, featureTags, feature, featureText
    case rule, ruleText, ruleTags
    case background, backgroundText
    case scenarioTags, scenario, scenarioText
    case examplesTags, examples, examplesText, examplesTable
    case step, table, tableThenString, afterTableThenString
    case string, afterString, stringThenTable

    /// What may come, in the order in which it is tried and in which an error names it.
    func expected(inBackground: Bool) -> [LineKind] {
        switch self {
        case .start: [.end, .language, .tags, .feature, .comment, .empty]
        case .language, .featureTags: [.tags, .feature, .comment, .empty]
        case .ruleTags: [.tags, .rule, .comment, .empty]
        case .scenarioTags: [.tags, .scenario, .comment, .empty]
        case .examplesTags: [.tags, .examples, .comment, .empty]
        case .feature, .rule: [.end, .empty, .comment, .background, .tags, .scenario, .rule, .other]
        case .featureText, .ruleText: [.end, .comment, .background, .tags, .scenario, .rule, .other]
        case .background: [.end, .empty, .comment, .step, .tags, .scenario, .rule, .other]
        case .backgroundText: [.end, .comment, .step, .tags, .scenario, .rule, .other]
        case .scenario: [.end, .empty, .comment, .step, .tags, .examples, .scenario, .rule, .other]
        case .scenarioText: [.end, .comment, .step, .tags, .examples, .scenario, .rule, .other]
        case .examples: [.end, .empty, .comment, .row, .tags, .examples, .scenario, .rule, .other]
        case .examplesText: [.end, .comment, .row, .tags, .examples, .scenario, .rule, .other]
        case .examplesTable: [.end, .row, .tags, .examples, .scenario, .rule, .comment, .empty]
        case .tableThenString, .string: [.docString, .other]
        case .step, .table: inBackground ? Place.backgroundStep : Place.scenarioStep
        case .afterTableThenString: Place.without([.row, .docString], inBackground)
        case .afterString, .stringThenTable: Place.without([.docString], inBackground)
        }
    }

    private static let scenarioStep: [LineKind] = [
        .end, .row, .docString, .step, .tags, .examples, .scenario, .rule, .comment, .empty,
    ]
    private static let backgroundStep = scenarioStep.filter { $0 != .examples }

    private static func without(_ kinds: [LineKind], _ inBackground: Bool) -> [LineKind] {
        (inBackground ? backgroundStep : scenarioStep).filter { !kinds.contains($0) }
    }

    /// The place after the first line of a description here.
    var text: Place {
        switch self {
        case .feature: .featureText
        case .rule: .ruleText
        case .background: .backgroundText
        case .scenario: .scenarioText
        case .examples: .examplesText
        default: self
        }
    }

    var isInString: Bool { self == .string || self == .tableThenString }
    var isInTags: Bool { [.featureTags, .ruleTags, .scenarioTags, .examplesTags].contains(self) }
}
