/// One scenario, or one row of an outline, ready to run: its own steps behind those of the backgrounds, all tags, values put in.
package struct Pickle: Hashable, Sendable {
    package let id: Int
    /// Of the scenario's line, or of the row.
    package let location: Location
    /// The scenario's id, then the row's.
    package let astNodeIDs: [Int]
    package let tags: [PickleTag]
    package let name: String
    package let language: String
    package let steps: [PickleStep]
}

package struct PickleTag: Hashable, Sendable {
    package let astNodeID: Int
    package let name: String
}

package struct PickleStep: Hashable, Sendable {
    package let id: Int
    package let astNodeIDs: [Int]
    package let type: KeywordType
    package let text: String
    package let docString: PickleDocString?
    package let dataTable: PickleTable?
}

/// `argumentIndex` says which of two arguments came first, 1 or 2; nil when there is only one.
package struct PickleDocString: Hashable, Sendable {
    package let argumentIndex: Int?
    package let mediaType: String?
    package let content: String
}

package struct PickleTable: Hashable, Sendable {
    package let argumentIndex: Int?
    package let rows: [[String]]
}
