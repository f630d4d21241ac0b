/// The tests of one depth: the document, or an open subtest.
struct TAPLevel {
    /// Beyond it, missing tests are one refusal.
    private static let missingLimit = 10_000
    var name: String?
    /// The test whose block this is.
    let opener: TAPPoint?
    var plan: Int?
    var held: [ReadResult] = []
    var hasFailure = false
    private(set) var count = 0
    /// All numbers up to this one came.
    private var seenUpTo = 0
    private var seenBeyond: Set<Int> = []

    init(opener: TAPPoint? = nil) {
        self.opener = opener
    }

    var isUntouched: Bool { count == 0 && plan == nil && held.isEmpty }

    /// A test without a number has the next.
    mutating func saw(_ number: Int?) {
        count += 1
        let number = number ?? seenUpTo + 1
        if number == seenUpTo + 1 {
            seenUpTo += 1
            while seenBeyond.remove(seenUpTo + 1) != nil { seenUpTo += 1 }
        } else if number > seenUpTo, seenBeyond.count < 100_000 {
            seenBeyond.insert(number)
        }
    }

    /// A failed test for each number that was planned and did not come.
    func missing(after isBailed: Bool) -> [ReadItem] {
        guard let plan, !isBailed else { return [] }
        if count > plan {
            return [.fact(ReadPair("countMismatch", "plan 1..\(plan), read \(count)"))]
        }
        let missing = plan - seenUpTo - seenBeyond.count
        guard missing > 0 else { return [] }
        guard missing <= Self.missingLimit else {
            return [
                .refused(Refusal(code: "plan_mismatch", message: "\(missing) of \(plan) planned tests did not come"))
            ]
        }
        return (seenUpTo + 1...plan).lazy.filter { !seenBeyond.contains($0) }.prefix(Self.missingLimit).map { number in
            var result = ReadResult(name: "test \(number)", status: .failed)
            result.error = ReadError(type: "plan_mismatch", message: "test \(number) of 1..\(plan) did not come")
            return .result(result)
        }
    }
}
