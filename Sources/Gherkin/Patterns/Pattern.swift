/// A regular expression that is matched in time proportional to its size times the text's, whatever both are.
///
/// Looking ahead and behind costs more, and ends with an error after some millions of steps.
/// It prefers what Java and JavaScript prefer: the leftmost match, earlier alternatives, greedy repetition. A value, so any thread may use it.
package struct Pattern: Sendable {
    enum Instruction: Sendable {
        case characters(Int)
        case split(Int, Int)
        case jump(Int)
        case save(Int)
        case start, end, wordBoundary(Bool)
        case look(Int, isBehind: Bool, isWanted: Bool)
        case match
    }

    static let maximumSize = 10_000
    let source: String
    let groups: [ParsePattern.Group]
    private(set) var instructions: [Instruction] = []
    private(set) var classes: [CharacterClass] = []

    /// - Throws: `PatternError` for what is no regular expression, is not supported, or has more than 10,000 parts.
    package init(_ source: String) throws(PatternError) {
        self.source = source
        var parse = ParsePattern(source)
        let node = try parse.run()
        groups = parse.groups
        try emit(node)
        add(.match)
    }

    @discardableResult
    private mutating func add(_ instruction: Instruction) -> Int {
        instructions.append(instruction)
        return instructions.count - 1
    }

    private mutating func emit(_ node: PatternNode) throws(PatternError) {
        guard instructions.count < Pattern.maximumSize else {
            throw PatternError(message: "Invalid regular expression: /\(source)/: More than 10000 parts")
        }
        switch node {
        case .characters(let characters):
            classes.append(characters)
            add(.characters(classes.count - 1))
        case .start: add(.start)
        case .end: add(.end)
        case .wordBoundary(let isWanted): add(.wordBoundary(isWanted))
        case .capture(let number, let inner):
            add(.save(2 * number))
            try emit(inner)
            add(.save(2 * number + 1))
        case .sequence(let parts): for part in parts { try emit(part) }
        case .alternatives(let parts): try emit(alternatives: parts)
        case .repetition(let inner, let least, let most, let isLazy): try emit(inner, least, most, isLazy)
        case .look(let inner, let isBehind, let isWanted):
            let look = add(.match)
            try emit(inner)
            add(.match)
            instructions[look] = .look(instructions.count, isBehind: isBehind, isWanted: isWanted)
        }
    }

    private mutating func emit(alternatives parts: [PatternNode]) throws(PatternError) {
        var ends: [Int] = []
        for (number, part) in parts.enumerated() {
            guard number < parts.count - 1 else {
                try emit(part)
                break
            }
            let split = add(.match)
            try emit(part)
            ends.append(add(.match))
            instructions[split] = .split(split + 1, instructions.count)
        }
        for end in ends { instructions[end] = .jump(instructions.count) }
    }

    private mutating func emit(_ inner: PatternNode, _ least: Int, _ most: Int?, _ isLazy: Bool) throws(PatternError) {
        for _ in 0..<least { try emitCopy(inner) }
        var splits: [Int] = []
        if let most {
            for _ in 0..<max(0, most - least) {
                splits.append(add(.match))
                try emitCopy(inner)
            }
        } else {
            splits.append(add(.match))
            try emit(inner)
            add(.jump(splits[0]))
        }
        for split in splits {
            let (inside, after) = (split + 1, instructions.count)
            instructions[split] = isLazy ? .split(after, inside) : .split(inside, after)
        }
    }

    /// A copy of nothing still counts, or `(){1000000000}` would take for ever.
    private mutating func emitCopy(_ inner: PatternNode) throws(PatternError) {
        let size = instructions.count
        try emit(inner)
        if instructions.count == size { add(.jump(size + 1)) }
    }
}
