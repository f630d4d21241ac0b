/// A branch filter: `*` is anything but a slash, `**` anything, `?` one character; empty = every branch.
struct BranchGlob: Equatable, Sendable {
    private enum Part: Equatable {
        case character(Character)
        case one, many, anything
    }

    private let parts: [Part]

    init(_ pattern: String) {
        var parts: [Part] = []
        for character in pattern {
            switch character {
            case "*" where parts.last == .many: parts[parts.count - 1] = .anything
            case "*" where parts.last == .anything: break
            case "*": parts.append(.many)
            case "?": parts.append(.one)
            default: parts.append(.character(character))
            }
        }
        self.parts = parts
    }

    /// Time is the product of both lengths, whatever the pattern: a filter must not be a way to keep a server busy.
    func matches(_ branch: String) -> Bool {
        if parts.isEmpty { return true }
        // reached[i]: the characters so far can be used up by the first i parts.
        var reached = [true] + [Bool](repeating: false, count: parts.count)
        Self.skipEmpty(parts, &reached)
        for character in branch {
            var next = [Bool](repeating: false, count: parts.count + 1)
            for (index, part) in parts.enumerated() where reached[index] {
                switch part {
                case .character(let wanted): if wanted == character { next[index + 1] = true }
                case .one: if character != "/" { next[index + 1] = true }
                case .many: if character != "/" { next[index] = true }
                case .anything: next[index] = true
                }
            }
            Self.skipEmpty(parts, &next)
            reached = next
        }
        return reached[parts.count]
    }

    /// Stars may match nothing.
    private static func skipEmpty(_ parts: [Part], _ reached: inout [Bool]) {
        for (index, part) in parts.enumerated() where reached[index] && (part == .many || part == .anything) {
            reached[index + 1] = true
        }
    }
}
