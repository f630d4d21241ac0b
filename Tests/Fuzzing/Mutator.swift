import Glibc

/// Damages files the way transfers, editors and enemies do: bytes changed, cut out, doubled, moved from one file into another.
package struct Mutator {
    private var random: Seeded
    /// What parts are taken from beside the file at hand.
    private let others: [[UInt8]]
    /// Words that mean something to the parser at hand.
    private let marks: [[UInt8]]
    /// Bytes that mean something to a parser.
    private static let telling =
        Array("<>&;\"'{}[]:,\\/#- \n\t0129eE.+@|\u{0}\u{7F}".utf8) + [0x80, 0xC3, 0xED, 0xFE, 0xFF]

    package init(seed: UInt64, others: [[UInt8]] = [], marks: [String] = []) {
        random = Seeded(seed)
        self.others = others
        self.marks = marks.map { Array($0.utf8) }
    }

    /// The file after one to eight changes.
    package mutating func mutate(_ file: [UInt8]) -> [UInt8] {
        var bytes = file
        for _ in 0..<Int.random(in: 1...8, using: &random) { change(&bytes) }
        return bytes
    }

    /// One of `texts` after some changes.
    package mutating func text(of texts: [String]) -> String {
        let text = texts.randomElement(using: &random) ?? ""
        return String(decoding: mutate(Array(text.utf8)), as: UTF8.self)
    }

    /// How the file is cut into pieces when it is read: small, odd or whole.
    package mutating func pieceBytes() -> Int {
        [1, 7, 64, 1000, 1 << 20].randomElement(using: &random) ?? 1
    }

    private mutating func change(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return bytes.append(telling()) }
        let place = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, place + length())
        switch Int.random(in: 0..<(marks.isEmpty ? 9 : 12), using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes[place] = telling()
        case 3: bytes.insert(telling(), at: place)
        case 4: bytes.removeSubrange(place..<end)
        case 5: bytes.insert(contentsOf: bytes[place..<end], at: place)
        case 6: bytes.insert(contentsOf: repeatElement(telling(), count: length()), at: place)
        case 7: bytes.removeSubrange(place...)
        case 9...: if let mark = marks.randomElement(using: &random) { bytes.insert(contentsOf: mark, at: place) }
        default:
            let other = others.randomElement(using: &random) ?? bytes
            guard !other.isEmpty else { return }
            let start = Int.random(in: 0..<other.count, using: &random)
            bytes.insert(contentsOf: other[start..<min(other.count, start + length())], at: place)
        }
    }

    private mutating func telling() -> UInt8 {
        Self.telling.randomElement(using: &random) ?? 0
    }

    /// Mostly short.
    private mutating func length() -> Int {
        1 << Int.random(in: 0...9, using: &random)
    }
}

/// How long a fuzz test goes on: some rounds in every test run, seconds when `FUZZ_SECONDS` says so.
package struct FuzzRounds: Sequence, IteratorProtocol {
    private var round: UInt64 = 0
    private let rounds: UInt64
    private let end: ContinuousClock.Instant?

    /// What `make fuzz` says; nil in an ordinary test run.
    package static let seconds = getenv("FUZZ_SECONDS").flatMap { Int(String(cString: $0)) }

    /// `seconds`: nil for `rounds` rounds.
    package init(_ rounds: Int, seconds: Int? = FuzzRounds.seconds) {
        self.rounds = UInt64(Swift.max(0, rounds))
        end = seconds.map { ContinuousClock.now + .seconds($0) }
    }

    /// The seed of the next round.
    package mutating func next() -> UInt64? {
        if let end {
            guard ContinuousClock.now < end else { return nil }
        } else {
            guard round < rounds else { return nil }
        }
        round += 1
        return round
    }
}
