/// Makes texts that almost are what a parser reads: pieces of a corpus cut, doubled, moved and sprinkled with its marks.
///
/// The same seed gives the same texts, so what a run found can be found again.
package struct Mutator: RandomNumberGenerator, Sendable {
    private var state: UInt64
    private let corpus: [[UInt8]]
    private let marks: [[UInt8]]

    package init(seed: UInt64, corpus: [String], marks: [String]) {
        state = seed
        self.corpus = corpus.map { Array($0.utf8) }
        self.marks = marks.map { Array($0.utf8) }
    }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Bytes that need not be UTF-8.
    package mutating func bytes() -> [UInt8] {
        var text = corpus.randomElement(using: &self) ?? []
        for _ in 0..<Int.random(in: 1...8, using: &self) {
            let start = Int.random(in: 0...text.count, using: &self)
            let end = min(text.count, start + Int.random(in: 0...20, using: &self))
            switch Int.random(in: 0..<6, using: &self) {
            case 0: text.removeSubrange(start..<end)
            case 1: text.insert(contentsOf: text[start..<end], at: Int.random(in: 0...text.count, using: &self))
            case 2: text.insert(UInt8.random(in: 0...255, using: &self), at: start)
            case 3: if let other = corpus.randomElement(using: &self) { text.replaceSubrange(start..<end, with: other) }
            default: if let mark = marks.randomElement(using: &self) { text.insert(contentsOf: mark, at: start) }
            }
        }
        return text
    }

    package mutating func text() -> String { String(decoding: bytes(), as: UTF8.self) }
}
