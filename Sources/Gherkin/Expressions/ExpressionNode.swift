/// A node of a Cucumber Expression's tree; places are offsets in code points.
package struct ExpressionNode: Hashable, Sendable {
    package let kind: Kind
    package let start: Int
    package let end: Int
    /// Nil for text.
    package let nodes: [ExpressionNode]?
    /// Only of text.
    package let token: String?

    /// Raw values are Cucumber's names.
    package enum Kind: String, Hashable, Sendable {
        case text = "TEXT_NODE"
        case optional = "OPTIONAL_NODE"
        case alternation = "ALTERNATION_NODE"
        case alternative = "ALTERNATIVE_NODE"
        case parameter = "PARAMETER_NODE"
        case expression = "EXPRESSION_NODE"
    }

    init(_ kind: Kind, _ start: Int, _ end: Int, nodes: [ExpressionNode]) {
        (self.kind, self.start, self.end, self.nodes, token) = (kind, start, end, nodes, nil)
    }

    init(_ token: ExpressionToken) {
        (kind, start, end, nodes, self.token) = (.text, token.start, token.end, nil, token.text)
    }

    /// The text without escapes and braces.
    var text: String { token ?? (nodes ?? []).map(\.text).joined() }

    func first(_ kind: Kind) -> ExpressionNode? { nodes?.first { $0.kind == kind } }
}
