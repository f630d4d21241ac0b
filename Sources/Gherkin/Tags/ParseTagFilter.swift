/// Reads a tag expression with two stacks: operators that wait, and what is complete.
struct ParseTagFilter {
    private static let maximumOperators = 1000
    private let text: String
    private var operators: [String] = []
    private var operands: [(node: TagFilter.Node, depth: Int)] = []

    init(_ text: String) { self.text = text }

    mutating func run() throws(TagFilterError) -> TagFilter.Node? {
        let tokens = try tokens()
        guard !tokens.isEmpty else { return nil }
        var expectsOperand = true
        for token in tokens {
            let isAfterOperand = token == "and" || token == "or" || token == ")"
            guard isAfterOperand != expectsOperand else {
                throw error("Expected \(expectsOperand ? "operand" : "operator").")
            }
            switch token {
            case "not", "(": operators.append(token)
            case "and", "or":
                while let last = operators.last, last == "not" || last == "and" || last == token { try reduce() }
                operators.append(token)
                expectsOperand = true
            case ")":
                while let last = operators.last, last != "(" { try reduce() }
                guard operators.popLast() != nil else { throw error("Unmatched ).") }
            default:
                operands.append((.tag(token), 0))
                expectsOperand = false
            }
        }
        while let last = operators.last {
            guard last != "(" else { throw error("Unmatched (.") }
            try reduce()
        }
        return operands.last?.node
    }

    private mutating func reduce() throws(TagFilterError) {
        let last = operators.removeLast()
        guard let right = operands.popLast() else { throw error("Expected operand.") }
        guard last != "not" else { return try push(.not(right.node), right.depth + 1) }
        guard let left = operands.popLast() else { throw error("Expected operand.") }
        let node = last == "and" ? TagFilter.Node.and(left.node, right.node) : .or(left.node, right.node)
        try push(node, max(left.depth, right.depth) + 1)
    }

    private mutating func push(_ node: TagFilter.Node, _ depth: Int) throws(TagFilterError) {
        guard depth <= ParseTagFilter.maximumOperators else { throw error("More than 1000 operators in each other.") }
        operands.append((node, depth))
    }

    private func tokens() throws(TagFilterError) -> [String] {
        var tokens: [String] = []
        var token = String.UnicodeScalarView()
        var isEscaped = false
        for scalar in text.unicodeScalars {
            let isSpace = scalar.properties.isWhitespace
            if isEscaped {
                guard scalar == "(" || scalar == ")" || scalar == "\\" || isSpace else {
                    throw error("Illegal escape before \"\(scalar)\".")
                }
                token.append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if scalar == "(" || scalar == ")" || isSpace {
                if !token.isEmpty { tokens.append(String(token)) }
                token = String.UnicodeScalarView()
                if !isSpace { tokens.append(String(scalar)) }
            } else {
                token.append(scalar)
            }
        }
        if !token.isEmpty { tokens.append(String(token)) }
        return tokens
    }

    private func error(_ problem: String) -> TagFilterError {
        TagFilterError(message: "Tag expression \"\(text)\" could not be parsed because of syntax error: \(problem)")
    }
}
