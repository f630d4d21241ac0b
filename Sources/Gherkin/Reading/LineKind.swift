/// What a line of a source text can be; raw values are the names in error messages.
enum LineKind: String, Sendable {
    case end = "#EOF"
    case empty = "#Empty"
    case comment = "#Comment"
    case language = "#Language"
    case tags = "#TagLine"
    case feature = "#FeatureLine"
    case rule = "#RuleLine"
    case background = "#BackgroundLine"
    case scenario = "#ScenarioLine"
    case examples = "#ExamplesLine"
    case step = "#StepLine"
    case docString = "#DocStringSeparator"
    case row = "#TableRow"
    case other = "#Other"
}
