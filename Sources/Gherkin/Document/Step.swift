/// One line of a scenario, with what is written below it.
package struct Step: Hashable, Sendable {
    package let id: Int
    package let location: Location
    /// As written, with the space behind it when the language has one.
    package let keyword: String
    package let keywordType: KeywordType
    package let text: String
    /// Both at once are allowed, in either order.
    package let docString: DocString?
    package let dataTable: DataTable?
}

/// What a step's keyword says of it; raw values are those of Cucumber's messages.
package enum KeywordType: String, Hashable, Sendable {
    case context = "Context"
    case action = "Action"
    case outcome = "Outcome"
    case conjunction = "Conjunction"
    /// `*`, or a word that means several of these in its language.
    case unknown = "Unknown"
}

/// A text of several lines between two delimiters.
package struct DocString: Hashable, Sendable {
    package let location: Location
    package let mediaType: String?
    package let content: String
    package let delimiter: String
}

/// Rows below a step; all have as many cells as the first.
package struct DataTable: Hashable, Sendable {
    package let location: Location
    package let rows: [TableRow]
}

package struct TableRow: Hashable, Sendable {
    package let id: Int
    package let location: Location
    package let cells: [TableCell]
}

package struct TableCell: Hashable, Sendable {
    package let location: Location
    package let value: String
}
