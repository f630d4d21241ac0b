/// Tries a pattern on a text: backtracking that never visits the same instruction at the same place twice.
///
/// What failed once fails again, because nothing but instruction and place decides; an empty turn of a loop ends there too.
struct MatchPattern {
    private static let maximumCells = 1 << 28
    private let pattern: Pattern
    private let text: [Unicode.Scalar]
    private var visited: [UInt64]

    init(_ pattern: Pattern, _ text: [Unicode.Scalar]) throws(PatternError) {
        let (cells, isTooMany) = pattern.instructions.count.multipliedReportingOverflow(by: text.count + 1)
        guard !isTooMany, cells <= MatchPattern.maximumCells else {
            throw PatternError(message: "The text is too long for this regular expression")
        }
        self.pattern = pattern
        self.text = text
        visited = Array(repeating: 0, count: cells / 64 + 1)
    }

    /// Starts and ends of the groups, nil for those that took no part; nil without a match.
    mutating func run() -> [Range<Int>?]? {
        for start in 0...text.count {
            var saved = Array(repeating: -1, count: 2 * pattern.groups.count)
            guard let end = run(from: 0, at: start, saved: &saved, endingAt: nil) else { continue }
            saved[0] = start
            saved[1] = end
            return stride(from: 0, to: saved.count, by: 2).map {
                saved[$0] >= 0 && saved[$0 + 1] >= saved[$0] ? saved[$0]..<saved[$0 + 1] : nil
            }
        }
        return nil
    }

    private enum Pending {
        case attempt(Int, Int)
        case restore(Int, Int)
    }

    /// The end of a match; a look-behind wants it to be at `endingAt`.
    private mutating func run(from first: Int, at start: Int, saved: inout [Int], endingAt: Int?) -> Int? {
        var pending = [Pending.attempt(first, start)]
        while let next = pending.popLast() {
            guard case .attempt(var instruction, var place) = next else {
                if case .restore(let slot, let value) = next { saved[slot] = value }
                continue
            }
            attempt: while true {
                let cell = instruction * (text.count + 1) + place
                guard visited[cell / 64] & (1 << (cell % 64)) == 0 else { break }
                visited[cell / 64] |= 1 << (cell % 64)
                switch pattern.instructions[instruction] {
                case .match:
                    guard endingAt == nil || endingAt == place else { break attempt }
                    return place
                case .characters(let number):
                    guard place < text.count, pattern.classes[number].contains(text[place]) else { break attempt }
                    place += 1
                    instruction += 1
                case .jump(let target): instruction = target
                case .split(let preferred, let other):
                    pending.append(.attempt(other, place))
                    instruction = preferred
                case .save(let slot):
                    pending.append(.restore(slot, saved[slot]))
                    saved[slot] = place
                    instruction += 1
                case .start:
                    guard place == 0 else { break attempt }
                    instruction += 1
                case .end:
                    guard place == text.count else { break attempt }
                    instruction += 1
                case .wordBoundary(let isWanted):
                    let before = place > 0 && CharacterClass.isWord(text[place - 1])
                    let after = place < text.count && CharacterClass.isWord(text[place])
                    guard (before != after) == isWanted else { break attempt }
                    instruction += 1
                case .look(let following, let isBehind, let isWanted):
                    let before = saved
                    guard look(instruction + 1, isBehind, at: place, saved: &saved) == isWanted else {
                        saved = before
                        break attempt
                    }
                    for slot in saved.indices where saved[slot] != before[slot] {
                        pending.append(.restore(slot, before[slot]))
                    }
                    instruction = following
                }
            }
        }
        return nil
    }

    /// Whether the part matches at the place; it is looked at afresh each time, since what succeeded may succeed again.
    private mutating func look(_ first: Int, _ isBehind: Bool, at place: Int, saved: inout [Int]) -> Bool {
        let outer = visited
        defer { visited = outer }
        for start in isBehind ? Array((0...place).reversed()) : [place] {
            visited = Array(repeating: 0, count: outer.count)
            if run(from: first, at: start, saved: &saved, endingAt: isBehind ? place : nil) != nil { return true }
        }
        return false
    }
}
