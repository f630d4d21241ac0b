/// A part of a regular expression.
indirect enum PatternNode {
    case characters(CharacterClass)
    case start, end
    case wordBoundary(isWanted: Bool)
    case capture(Int, PatternNode)
    case sequence([PatternNode])
    case alternatives([PatternNode])
    case repetition(PatternNode, least: Int, most: Int?, isLazy: Bool)
    case look(PatternNode, isBehind: Bool, isWanted: Bool)
}

/// A set of characters: `[a-z\d]`, `.`, `x`.
struct CharacterClass {
    enum Item {
        case range(ClosedRange<UInt32>)
        case digit(Bool), word(Bool), space(Bool)
        case letter(Bool), upper(Bool), lower(Bool), number(Bool)
        case lineEnd
    }

    var items: [Item] = []
    var isNegated = false

    func contains(_ scalar: Unicode.Scalar) -> Bool { items.contains { matches($0, scalar) } != isNegated }

    private func matches(_ item: Item, _ scalar: Unicode.Scalar) -> Bool {
        switch item {
        case .range(let range): range.contains(scalar.value)
        case .digit(let isWanted): (48...57).contains(scalar.value) == isWanted
        case .word(let isWanted): CharacterClass.isWord(scalar) == isWanted
        case .space(let isWanted): (scalar.properties.isWhitespace || scalar.value == 0xFEFF) == isWanted
        case .letter(let isWanted): scalar.properties.isAlphabetic == isWanted
        case .upper(let isWanted): scalar.properties.isUppercase == isWanted
        case .lower(let isWanted): scalar.properties.isLowercase == isWanted
        case .number(let isWanted): (scalar.properties.numericType != nil) == isWanted
        case .lineEnd: [0x0A, 0x0D, 0x2028, 0x2029].contains(scalar.value)
        }
    }

    static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        (48...57).contains(scalar.value) || (65...90).contains(scalar.value) || (97...122).contains(scalar.value)
            || scalar == "_"
    }
}
