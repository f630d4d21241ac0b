/// A Cucumber Expression that would match a text, for whoever has yet to write the definition of a step.
package struct SuggestedExpression: Hashable, Sendable {
    package let source: String
    /// The types in the braces, in order.
    package let types: [String]
}

extension ParameterTypes {
    private static let maximumSuggestions = 256

    /// Expressions that match the text, likeliest first and at most 256; one of only text when no type fits.
    /// - Throws: `ExpressionError` when text and types together are too big to try.
    package func suggestions(for text: String) throws(ExpressionError) -> [SuggestedExpression] {
        let found = try parts(of: Array(text.unicodeScalars))
        var suggestions = [SuggestedExpression(source: "", types: [])]
        for part in found {
            suggestions = suggestions.flatMap { before in
                guard !part.types.isEmpty else {
                    return [SuggestedExpression(source: before.source + part.before, types: before.types)]
                }
                return part.types.map {
                    SuggestedExpression(source: before.source + part.before + "{\($0)}", types: before.types + [$0])
                }
            }
            suggestions.removeLast(max(0, suggestions.count - ParameterTypes.maximumSuggestions))
        }
        return suggestions
    }

    /// Text, escaped, and the types that fit what follows it; none at the end.
    private typealias Part = (before: String, types: [String])

    private func parts(of text: [Unicode.Scalar]) throws(ExpressionError) -> [Part] {
        let suggested = types.filter(\.isSuggested)
        var patterns: [(type: ParameterType, pattern: Pattern)] = []
        do {
            for type in suggested { for regexp in type.regexps { patterns.append((type, try Pattern(regexp))) } }
        } catch { throw ExpressionError(error.message) }
        var parts: [Part] = []
        var place = 0
        while place < text.count {
            var best: (range: Range<Int>, types: [ParameterType])?
            for (type, pattern) in patterns {
                guard let range = try ParameterTypes.word(pattern, in: text, from: place) else { continue }
                guard let other = best?.range, !ParameterTypes.isBetter(range, than: other) else {
                    best = (range, [type])
                    continue
                }
                let isKnown = best?.types.contains { $0.name == type.name } == true
                if range == other, !isKnown { best?.types.append(type) }
            }
            guard let best else { break }
            let order = best.types.sorted {
                $0.isPreferred != $1.isPreferred ? $0.isPreferred : $0.name < $1.name
            }
            parts.append((ParameterTypes.escape(text[place..<best.range.lowerBound]), order.map(\.name)))
            place = best.range.upperBound
        }
        if place < text.count { parts.append((ParameterTypes.escape(text[place...]), [])) }
        return parts
    }

    private static func isBetter(_ range: Range<Int>, than other: Range<Int>) -> Bool {
        range.lowerBound != other.lowerBound ? range.lowerBound < other.lowerBound : range.count > other.count
    }

    /// The first match from a place that is not empty and stands between spaces, marks or the ends.
    private static func word(
        _ pattern: Pattern, in text: [Unicode.Scalar], from start: Int
    ) throws(ExpressionError) -> Range<Int>? {
        var place = start
        while place < text.count {
            let found: Range<Int>?
            do {
                var match = try MatchPattern(pattern, Array(text[place...]))
                found = try match.run()?[0]
            } catch { throw ExpressionError(error.message) }
            guard let found else { return nil }
            let range = place + found.lowerBound..<place + found.upperBound
            let startsWord = range.lowerBound == 0 || isBoundary(text[range.lowerBound - 1])
            let endsWord = range.upperBound == text.count || isBoundary(text[range.upperBound])
            if !range.isEmpty, startsWord, endsWord { return range }
            place = range.lowerBound + 1
        }
        return nil
    }

    private static func isBoundary(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .connectorPunctuation, .dashPunctuation,
            .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation, .otherPunctuation,
            .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol:
            true
        default: false
        }
    }

    private static func escape(_ text: ArraySlice<Unicode.Scalar>) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text {
            if scalar == "(" || scalar == "{" || scalar == "/" { result.append("\\") }
            result.append(scalar)
        }
        return String(result)
    }
}
