/// Reads the tokens of a Cucumber Expression into a tree.
///
/// ```
/// expression  := ( alternation | optional | parameter | text )*
/// alternation := part* ( '/' part* )+ between white space, parameters and the ends
/// optional    := '(' ( optional | parameter | text )* ')'        parameter := '{' text* '}'
/// ```
struct ParseExpression {
    private static let maximumDepth = 200
    private let expression: String
    private let tokens: [ExpressionToken]
    private var index = 1
    private var depth = 0

    init(_ expression: String) throws(ExpressionError) {
        self.expression = expression
        tokens = try ExpressionToken.tokens(of: expression)
    }

    mutating func run() throws(ExpressionError) -> ExpressionNode {
        var nodes: [ExpressionNode] = []
        while token.kind != .endOfLine {
            if let alternation = try alternation() {
                nodes.append(alternation)
            } else {
                nodes.append(try part())
            }
        }
        return ExpressionNode(.expression, 0, token.end, nodes: nodes)
    }

    private var token: ExpressionToken { tokens[min(index, tokens.count - 1)] }

    private mutating func alternation() throws(ExpressionError) -> ExpressionNode? {
        guard [.startOfLine, .whiteSpace, .endParameter].contains(tokens[index - 1].kind) else { return nil }
        let first = index
        var alternatives: [(start: Int, nodes: [ExpressionNode])] = [(token.start, [])]
        var separators: [ExpressionToken] = []
        while ![.whiteSpace, .endOfLine, .beginParameter].contains(token.kind) {
            if token.kind == .alternation {
                separators.append(token)
                alternatives.append((token.end, []))
                index += 1
            } else {
                alternatives[alternatives.count - 1].nodes.append(try part())
            }
        }
        guard !separators.isEmpty else {
            index = first
            return nil
        }
        let ends = separators.map(\.start) + [token.start]
        let nodes = zip(alternatives, ends).map { ExpressionNode(.alternative, $0.start, $1, nodes: $0.nodes) }
        return ExpressionNode(.alternation, tokens[first].start, token.start, nodes: nodes)
    }

    private mutating func part() throws(ExpressionError) -> ExpressionNode {
        switch token.kind {
        case .beginOptional: return try optional()
        case .beginParameter: return try parameter()
        case .alternation: throw .alternationInOptional(expression, token)
        default:
            defer { index += 1 }
            return ExpressionNode(token)
        }
    }

    private mutating func optional() throws(ExpressionError) -> ExpressionNode {
        depth += 1
        defer { depth -= 1 }
        let begin = token
        guard depth < ParseExpression.maximumDepth else {
            throw ExpressionError("More than 200 optionals in each other")
        }
        index += 1
        var nodes: [ExpressionNode] = []
        while token.kind != .endOptional {
            guard token.kind != .endOfLine else { throw .missingEnd(expression, begin) }
            nodes.append(try part())
        }
        defer { index += 1 }
        return ExpressionNode(.optional, begin.start, token.end, nodes: nodes)
    }

    private mutating func parameter() throws(ExpressionError) -> ExpressionNode {
        let begin = token
        index += 1
        var nodes: [ExpressionNode] = []
        while token.kind != .endParameter {
            switch token.kind {
            case .endOfLine: throw .missingEnd(expression, begin)
            case .text, .whiteSpace: nodes.append(ExpressionNode(token))
            default: throw .badName(expression, token)
            }
            index += 1
        }
        defer { index += 1 }
        return ExpressionNode(.parameter, begin.start, token.end, nodes: nodes)
    }
}

extension ExpressionNode {
    /// - Throws: `ExpressionError` for a wrong escape, a bracket without its other half, an alternation in an optional, a bad name.
    package init(parsing expression: String) throws(ExpressionError) {
        var parse = try ParseExpression(expression)
        self = try parse.run()
    }
}
