/// Why a text is not a regular expression that is understood here.
package struct PatternError: Error, Equatable, Sendable {
    package let message: String
}

/// Reads a regular expression in the syntax that Java and JavaScript share.
///
/// Left out and refused: references back to a group, inline flags, atomic groups and possessive repetition.
struct ParsePattern {
    /// A capturing group: its text between the brackets, and the capturing group around it (0 is the whole).
    struct Group {
        var source: String
        let parent: Int
    }

    private static let maximumDepth = 200
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var depth = 0
    private var open = [0]
    private(set) var groups = [Group(source: "", parent: 0)]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func run() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard index == scalars.count else { throw error("Unmatched ')'") }
        return node
    }

    private var next: Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

    private mutating func take(_ text: String) -> Bool {
        let wanted = Array(text.unicodeScalars)
        guard scalars[index...].starts(with: wanted) else { return false }
        index += wanted.count
        return true
    }

    private func error(_ problem: String) -> PatternError {
        let text = String(String.UnicodeScalarView(scalars))
        return PatternError(message: "Invalid regular expression: /\(text)/: \(problem) at \(index)")
    }

    private mutating func alternatives() throws(PatternError) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth < ParsePattern.maximumDepth else { throw error("More than 200 groups in each other") }
        var found = [try sequence()]
        while take("|") { found.append(try sequence()) }
        return found.count == 1 ? found[0] : .alternatives(found)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" { parts.append(try repeated(try atom())) }
        return .sequence(parts)
    }

    private mutating func repeated(_ node: PatternNode) throws(PatternError) -> PatternNode {
        let bounds: (Int, Int?)
        if take("*") {
            bounds = (0, nil)
        } else if take("+") {
            bounds = (1, nil)
        } else if take("?") {
            bounds = (0, 1)
        } else if let counted = try counts() {
            bounds = counted
        } else {
            return node
        }
        let isLazy = take("?")
        if let scalar = next, ["*", "+", "?"].contains(scalar) { throw error("Nothing to repeat") }
        return .repetition(node, least: bounds.0, most: bounds.1, isLazy: isLazy)
    }

    /// `{2}`, `{2,}` or `{2,5}`; another brace stands for itself.
    private mutating func counts() throws(PatternError) -> (Int, Int?)? {
        let start = index
        guard take("{"), let least = number() else {
            index = start
            return nil
        }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else {
            index = start
            return nil
        }
        guard least <= most ?? least else { throw error("Numbers out of order in {} quantifier") }
        return (least, most)
    }

    private mutating func number() -> Int? {
        let start = index
        var value = 0
        while let scalar = next, (48...57).contains(scalar.value) {
            value = min(value * 10 + Int(scalar.value - 48), Pattern.maximumSize)
            index += 1
        }
        return index > start ? value : nil
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        guard let scalar = next else { throw error("Unexpected end") }
        if scalar == "(" { return try group() }
        index += 1
        switch scalar {
        case "[": return .characters(try characterClass())
        case ".": return .characters(CharacterClass(items: [.lineEnd], isNegated: true))
        case "^": return .start
        case "$": return .end
        case "\\": return try escape()
        case "*", "+", "?": throw error("Nothing to repeat")
        default: return .characters(CharacterClass(items: [.range(scalar.value...scalar.value)]))
        }
    }

    private mutating func group() throws(PatternError) -> PatternNode {
        index += 1
        let start = index
        if take("?=") { return .look(try inner(), isBehind: false, isWanted: true) }
        if take("?!") { return .look(try inner(), isBehind: false, isWanted: false) }
        if take("?<=") { return .look(try inner(), isBehind: true, isWanted: true) }
        if take("?<!") { return .look(try inner(), isBehind: true, isWanted: false) }
        if take("?:") { return try inner() }
        if take("?<") || take("?P<") {
            let name = index
            while let scalar = next, CharacterClass.isWord(scalar) { index += 1 }
            guard index > name, take(">") else { throw error("Invalid capture group name") }
        } else if next == "?" {
            throw error("Invalid group")
        }
        let number = groups.count
        groups.append(Group(source: "", parent: open.last ?? 0))
        open.append(number)
        let node = try inner()
        open.removeLast()
        groups[number].source = String(String.UnicodeScalarView(scalars[start..<index - 1]))
        return .capture(number, node)
    }

    private mutating func inner() throws(PatternError) -> PatternNode {
        let node = try alternatives()
        guard take(")") else { throw error("Unterminated group") }
        return node
    }

    private mutating func escape() throws(PatternError) -> PatternNode {
        if take("b") { return .wordBoundary(isWanted: true) }
        if take("B") { return .wordBoundary(isWanted: false) }
        if let scalar = next, ("1"..."9").contains(scalar) || scalar == "k" {
            throw error("References back to a group are not supported")
        }
        return .characters(CharacterClass(items: [try escapedItem()]))
    }

    private mutating func escapedItem() throws(PatternError) -> CharacterClass.Item {
        guard let scalar = next else { throw error("\\ at end of pattern") }
        index += 1
        let value: UInt32
        switch scalar {
        case "d": return .digit(true)
        case "D": return .digit(false)
        case "w": return .word(true)
        case "W": return .word(false)
        case "s": return .space(true)
        case "S": return .space(false)
        case "p": return try property(true)
        case "P": return try property(false)
        case "n": value = 10
        case "r": value = 13
        case "t": value = 9
        case "f": value = 12
        case "v": value = 11
        case "0": value = 0
        case "x": value = try hexadecimal(2)
        case "u": value = try hexadecimal(4)
        default:
            guard !CharacterClass.isWord(scalar) else { throw error("Invalid escape") }
            value = scalar.value
        }
        return .range(value...value)
    }

    private mutating func hexadecimal(_ count: Int) throws(PatternError) -> UInt32 {
        var value: UInt32 = 0
        guard index + count <= scalars.count else { throw error("Invalid escape") }
        for scalar in scalars[index..<index + count] {
            guard let digit = UInt32(String(scalar), radix: 16) else { throw error("Invalid escape") }
            value = value * 16 + digit
        }
        index += count
        return value
    }

    private mutating func property(_ isWanted: Bool) throws(PatternError) -> CharacterClass.Item {
        let names: [(String, CharacterClass.Item)] = [
            ("{L}", .letter(isWanted)), ("{Alphabetic}", .letter(isWanted)), ("{Lu}", .upper(isWanted)),
            ("{Ll}", .lower(isWanted)), ("{N}", .number(isWanted)), ("{Nd}", .number(isWanted)),
        ]
        for (name, item) in names where take(name) { return item }
        throw error("Unknown property")
    }

    private mutating func characterClass() throws(PatternError) -> CharacterClass {
        var result = CharacterClass(isNegated: take("^"))
        while let scalar = next {
            index += 1
            if scalar == "]" { return result }
            let first = scalar == "\\" ? try classEscape() : .range(scalar.value...scalar.value)
            guard case .range(let low) = first, next == "-", index + 1 < scalars.count, scalars[index + 1] != "]" else {
                result.items.append(first)
                continue
            }
            index += 1
            let end = scalars[index]
            index += 1
            let last = end == "\\" ? try classEscape() : .range(end.value...end.value)
            guard case .range(let high) = last else {
                result.items += [first, .range(45...45), last]
                continue
            }
            guard low.lowerBound <= high.lowerBound else { throw error("Range out of order in character class") }
            result.items.append(.range(low.lowerBound...high.lowerBound))
        }
        throw error("Unterminated character class")
    }

    private mutating func classEscape() throws(PatternError) -> CharacterClass.Item {
        take("b") ? .range(8...8) : try escapedItem()
    }
}
