/// One `.feature` file as it was written: Cucumber's abstract syntax tree.
///
/// Every `id` is unique among the documents and pickles that one `IDSequence` numbers, and printed as text.
package struct GherkinDocument: Hashable, Sendable {
    /// Nil in a file of comments and blank lines only.
    package var feature: Feature?
    package var comments: [Comment] = []
}

/// A line that starts with `#`, with its leading white space.
package struct Comment: Hashable, Sendable {
    package let location: Location
    package let text: String
}

/// What a file describes.
package struct Feature: Hashable, Sendable {
    package let tags: [Tag]
    package let location: Location
    /// Code of the language that the keywords are in, such as `en`.
    package let language: String
    package let keyword: String
    package let name: String
    package let description: String
    package let children: [FeatureChild]
}

package enum FeatureChild: Hashable, Sendable {
    case background(Background)
    case scenario(Scenario)
    case rule(Rule)
}

/// A group of scenarios about one rule of the business.
package struct Rule: Hashable, Sendable {
    package let id: Int
    package let tags: [Tag]
    package let location: Location
    package let keyword: String
    package let name: String
    package let description: String
    package let children: [RuleChild]
}

package enum RuleChild: Hashable, Sendable {
    case background(Background)
    case scenario(Scenario)
}

/// Steps that come before those of each scenario beside it.
package struct Background: Hashable, Sendable {
    package let id: Int
    package let location: Location
    package let keyword: String
    package let name: String
    package let description: String
    package let steps: [Step]
}

/// A scenario; with examples it is an outline, run once for each of their rows.
package struct Scenario: Hashable, Sendable {
    package let id: Int
    package let tags: [Tag]
    package let location: Location
    package let keyword: String
    package let name: String
    package let description: String
    package let steps: [Step]
    package let examples: [Examples]
}

/// The rows of an outline: the names in the header, one run for each row below.
package struct Examples: Hashable, Sendable {
    package let id: Int
    package let tags: [Tag]
    package let location: Location
    package let keyword: String
    package let name: String
    package let description: String
    package let tableHeader: TableRow?
    package let tableBody: [TableRow]
}

/// A name with its `@`.
package struct Tag: Hashable, Sendable {
    package let id: Int
    package let location: Location
    package let name: String
}
