/// A tag expression as Cucumber reads it: `@fast and not (@wip or @slow)`; the empty one is true for all.
///
/// `not` binds tighter than `and`, `and` tighter than `or`, both from the left. `\` escapes white space, brackets and itself.
package struct TagFilter: Sendable {
    private let root: Node?

    indirect enum Node: Sendable {
        case tag(String)
        case not(Node)
        case and(Node, Node)
        case or(Node, Node)
    }

    /// - Throws: `TagFilterError` in the words of Cucumber; also for more than 1,000 operators, which bounds the recursion.
    package init(parsing text: String) throws(TagFilterError) {
        var parse = ParseTagFilter(text)
        root = try parse.run()
    }

    /// Whether something with exactly these tags, `@` included, is meant.
    package func matches(_ tags: [String]) -> Bool {
        guard let root else { return true }
        return TagFilter.matches(root, Set(tags.map { Array($0.utf8) }))
    }

    private static func matches(_ node: Node, _ tags: Set<[UInt8]>) -> Bool {
        switch node {
        case .tag(let name): tags.contains(Array(name.utf8))
        case .not(let operand): !matches(operand, tags)
        case .and(let left, let right): matches(left, tags) && matches(right, tags)
        case .or(let left, let right): matches(left, tags) || matches(right, tags)
        }
    }

    /// The expression with all its brackets; nothing for the empty one.
    package var formatted: String { root.map(TagFilter.format) ?? "" }

    private static func format(_ node: Node) -> String {
        switch node {
        case .tag(let name): escape(name)
        case .and(let left, let right): "( \(format(left)) and \(format(right)) )"
        case .or(let left, let right): "( \(format(left)) or \(format(right)) )"
        case .not(let operand):
            switch operand {
            case .and, .or: "not \(format(operand))"
            case .tag, .not: "not ( \(format(operand)) )"
            }
        }
    }

    private static func escape(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            let isSpecial = scalar == "\\" || scalar == "(" || scalar == ")" || scalar.properties.isWhitespace
            if isSpecial { text.unicodeScalars.append("\\") }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

/// Why a text is not a tag expression.
package struct TagFilterError: Error, Equatable, Sendable {
    package let message: String
}
