/// A part of a Cucumber Expression's text; places are offsets in code points, escapes included.
package struct ExpressionToken: Hashable, Sendable {
    package let kind: Kind
    package let text: String
    package let start: Int
    package let end: Int

    /// Raw values are Cucumber's names.
    package enum Kind: String, Hashable, Sendable {
        case startOfLine = "START_OF_LINE"
        case endOfLine = "END_OF_LINE"
        case whiteSpace = "WHITE_SPACE"
        case beginOptional = "BEGIN_OPTIONAL"
        case endOptional = "END_OPTIONAL"
        case beginParameter = "BEGIN_PARAMETER"
        case endParameter = "END_PARAMETER"
        case alternation = "ALTERNATION"
        case text = "TEXT"

        init(_ scalar: Unicode.Scalar) {
            switch scalar {
            case "(": self = .beginOptional
            case ")": self = .endOptional
            case "{": self = .beginParameter
            case "}": self = .endParameter
            case "/": self = .alternation
            default: self = scalar.properties.isWhitespace ? .whiteSpace : .text
            }
        }
    }

    /// - Throws: `ExpressionError` for an escape of what needs none.
    package static func tokens(of expression: String) throws(ExpressionError) -> [ExpressionToken] {
        let scalars = Array(expression.unicodeScalars)
        var tokens = [ExpressionToken(kind: .startOfLine, text: "", start: 0, end: 0)]
        var (text, kind, start) = (String.UnicodeScalarView(), Kind.startOfLine, 0)
        func flush(_ end: Int) {
            guard !text.isEmpty else { return }
            tokens.append(ExpressionToken(kind: kind, text: String(text), start: start, end: end))
            text = String.UnicodeScalarView()
        }
        var index = 0
        while index < scalars.count {
            let first = index
            var current = Kind(scalars[index])
            if scalars[index] == "\\" {
                index += 1
                guard index < scalars.count else { throw .endOfLineCannotBeEscaped(expression, at: first) }
                guard Kind(scalars[index]) != .text || scalars[index] == "\\" else {
                    throw .cannotEscape(expression, at: index)
                }
                current = .text
            }
            if current != kind || (current != .text && current != .whiteSpace) {
                flush(first)
                (kind, start) = (current, first)
            }
            text.append(scalars[index])
            index += 1
        }
        flush(scalars.count)
        tokens.append(ExpressionToken(kind: .endOfLine, text: "", start: scalars.count, end: scalars.count))
        return tokens
    }
}
