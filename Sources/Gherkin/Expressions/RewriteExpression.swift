/// Makes a Cucumber Expression a regular expression, as the official implementations write it.
struct RewriteExpression {
    private let source: String
    private let types: ParameterTypes
    private(set) var used: [ParameterType?] = []

    init(_ source: String, _ types: ParameterTypes) {
        self.source = source
        self.types = types
    }

    mutating func run() throws(ExpressionError) -> String {
        "^\(try join(try ExpressionNode(parsing: source)))$"
    }

    private mutating func join(_ node: ExpressionNode, _ separator: String = "") throws(ExpressionError) -> String {
        var parts: [String] = []
        for inner in node.nodes ?? [] { parts.append(try rewrite(inner)) }
        return parts.joined(separator: separator)
    }

    private mutating func rewrite(_ node: ExpressionNode) throws(ExpressionError) -> String {
        switch node.kind {
        case .text: return RewriteExpression.escape(node.text)
        case .optional: return try optional(node)
        case .alternation: return try alternation(node)
        case .alternative, .expression: return try join(node)
        case .parameter: return try parameter(node)
        }
    }

    private static func escape(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if "\\^[({$.|?*+})]".unicodeScalars.contains(scalar) { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }

    private mutating func optional(_ node: ExpressionNode) throws(ExpressionError) -> String {
        if let inner = node.first(.parameter) { throw .parameterInOptional(source, inner) }
        if let inner = node.first(.optional) { throw .optionalInOptional(source, inner) }
        guard node.first(.text) != nil else { throw .emptyOptional(source, node) }
        return "(?:\(try join(node)))?"
    }

    private mutating func alternation(_ node: ExpressionNode) throws(ExpressionError) -> String {
        for alternative in node.nodes ?? [] {
            guard alternative.nodes?.isEmpty == false else { throw .emptyAlternative(source, alternative) }
            guard alternative.first(.text) != nil else { throw .alternativeOfOptionals(source, alternative) }
        }
        return "(?:\(try join(node, "|")))"
    }

    private mutating func parameter(_ node: ExpressionNode) throws(ExpressionError) -> String {
        guard let type = types[node.text] else { throw .undefined(node.text, source, node) }
        used.append(type)
        guard type.regexps.count > 1 else { return "(\(type.regexps.joined()))" }
        return "((?:\(type.regexps.joined(separator: ")|(?:"))))"
    }
}
