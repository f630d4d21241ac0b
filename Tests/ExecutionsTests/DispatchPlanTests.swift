import Domain
import Executions
import Testing

@Suite struct DispatchPlanTests {
    private static func project(_ number: Int64) -> ID<Project> { ID(UUIDv7(high: UInt64(number), low: 1)) }
    private let alpha = project(1)
    private let beta = project(2)
    private let gamma = project(3)

    /// A plan with one bucket for each entry, numbered from 0, each with `count` items; earlier keys first.
    private func plan(_ buckets: [(ID<Project>, key: String, labels: Set<String>, count: Int)], _ sessions: [OpenSlots])
        -> DispatchPlan
    {
        var plan = DispatchPlan()
        for (bucket, entry) in buckets.enumerated() {
            plan.terms[bucket] = BucketTerms(project: entry.0, concurrencyKey: entry.key, labels: entry.labels)
            plan.heads[bucket] = (0..<entry.count).map { item(bucket, $0) }
        }
        plan.sessions = sessions
        plan.projectLimit = .max
        return plan
    }

    private func item(_ bucket: Int, _ number: Int, sortKey: Int64? = nil) -> ReadyItem {
        ReadyItem(
            execution: ID(UUIDv7(high: UInt64(bucket), low: UInt64(number))), fence: 0,
            sortKey: sortKey ?? Int64(number))
    }

    private func session(
        _ number: Int64, slots: Int, held: Int = 0, labels: Set<String> = [], project: ID<Project>? = nil
    ) -> OpenSlots {
        OpenSlots(
            session: ID(UUIDv7(high: UInt64(number), low: 2)), agent: ID(UUIDv7(high: UInt64(number), low: 3)),
            project: project,
            labels: labels, slots: slots, held: held)
    }

    @Test func `a project with a tenth of the work gets half of the slots`() {
        var plan = plan([(alpha, "", [], 90), (beta, "", [], 10)], [session(1, slots: 20)])
        let first = plan.choose(limit: 100).offers
        #expect(first.filter { $0.bucket == 0 }.count == 10 && first.filter { $0.bucket == 1 }.count == 10)
        #expect(first.prefix(6).map(\.bucket) == [0, 1, 0, 1, 0, 1])
        plan.sessions = [session(1, slots: 20)]
        plan.heldByBucket = [:]
        let second = plan.choose(limit: 100).offers
        #expect(second.map(\.bucket) == Array(repeating: 0, count: 20), "what one leaves the other takes")
    }

    @Test func `with one slot at a time two projects take turns over many passes`() {
        var plan = plan([(alpha, "", [], 100), (beta, "", [], 100)], [])
        var turns: [Int] = []
        for _ in 0..<20 {
            plan.sessions = [session(1, slots: 1)]
            plan.heldByBucket = [:]
            turns += plan.choose(limit: 100).offers.map(\.bucket)
        }
        #expect(turns == (0..<20).map { $0 % 2 })
    }

    @Test func `inside a project the smallest sort key goes first, whatever its bucket`() {
        var plan = plan([(alpha, "", [], 0), (alpha, "", ["linux"], 0)], [session(1, slots: 9, labels: ["linux"])])
        plan.heads[0] = [item(0, 1, sortKey: 20), item(0, 2, sortKey: 40)]
        plan.heads[1] = [item(1, 1, sortKey: 10), item(1, 2, sortKey: 30), item(1, 3, sortKey: 40)]
        #expect(plan.choose(limit: 100).offers.map(\.bucket) == [1, 0, 1, 0, 1])
        #expect(plan.heads.values.joined().isEmpty)
    }

    @Test func `a project stops at its limit and the others go on`() {
        var plan = plan([(alpha, "", [], 50), (beta, "", [], 3)], [session(1, slots: 100)])
        plan.projectLimit = 10
        plan.heldByBucket = [0: 4]
        let (offers, waiting) = plan.choose(limit: 100)
        #expect(offers.filter { $0.bucket == 0 }.count == 6 && offers.filter { $0.bucket == 1 }.count == 3)
        #expect(waiting == [0: .projectLimit])
    }

    @Test func `a concurrency key is held across buckets of its project only`() {
        var plan = plan(
            [(alpha, "db", [], 2), (alpha, "db", ["linux"], 2), (alpha, "", [], 1), (beta, "db", [], 2)],
            [session(1, slots: 100, labels: ["linux"])])
        let (offers, waiting) = plan.choose(limit: 100)
        #expect(offers.map(\.bucket).sorted() == [0, 2, 3])
        #expect(waiting == [0: .concurrencyKey, 1: .concurrencyKey, 3: .concurrencyKey])
        plan.heldByBucket = [1: 1]
        #expect(plan.choose(limit: 100).offers.map(\.bucket) == [3], "a run of bucket 1 holds the key of bucket 0")
    }

    @Test func `a session serves a bucket when its labels include the bucket's`() {
        let buckets: [(ID<Project>, key: String, labels: Set<String>, count: Int)] = [
            (alpha, "", ["gpu", "linux"], 1), (alpha, "", ["linux"], 1), (alpha, "", [], 1),
            (alpha, "", ["windows"], 1),
        ]
        var plan = plan(buckets, [session(1, slots: 9, labels: ["linux", "x86"])])
        let (offers, waiting) = plan.choose(limit: 100)
        #expect(offers.map(\.bucket).sorted() == [1, 2])
        #expect(waiting == [0: .noAgent, 3: .noAgent])
    }

    @Test func `an agent of one project takes nothing of another`() {
        var plan = plan([(alpha, "", [], 1), (beta, "", [], 1)], [session(1, slots: 9, project: beta)])
        let (offers, waiting) = plan.choose(limit: 100)
        #expect(offers.map(\.bucket) == [1] && waiting == [0: .noAgent])
        #expect(
            offers.map(\.agent) == plan.sessions.map(\.agent) && offers.map(\.session) == plan.sessions.map(\.session))
    }

    @Test func `the least loaded session by share gets the next item`() {
        var plan = plan([(alpha, "", [], 10)], [session(1, slots: 2, held: 1), session(2, slots: 10, held: 3)])
        let order = plan.choose(limit: 100).offers.map { $0.session.uuid.high }
        #expect(order == [2, 2, 1, 2, 2, 2, 2, 2], "3/10 and 4/10 before 1/2, and never more than there are slots")
        #expect(plan.sessions.map(\.held) == [2, 10])
    }

    @Test func `full sessions leave a bucket busy, no session leaves it without an agent`() {
        var busy = plan([(alpha, "", [], 1)], [session(1, slots: 1, held: 1), session(2, slots: 0)])
        #expect(busy.choose(limit: 100).waiting == [0: .allBusy])
        var alone = plan([(alpha, "", [], 1)], [])
        #expect(alone.choose(limit: 100).waiting == [0: .noAgent])
    }

    @Test func `the limit ends a pass and nothing is lost or repeated`() {
        var plan = plan([(alpha, "", [], 7), (beta, "", [], 7)], [session(1, slots: 100)])
        let first = plan.choose(limit: 5)
        #expect(first.offers.count == 5 && first.waiting.isEmpty)
        let rest = plan.choose(limit: 100).offers
        #expect(Set((first.offers + rest).map(\.execution)).count == 14)
        #expect(plan.choose(limit: 0).offers.isEmpty && plan.choose(limit: 9).offers.isEmpty)
    }

    @Test func `a bucket whose terms are unknown is left alone`() {
        var plan = plan([(alpha, "", [], 1)], [session(1, slots: 9)])
        plan.heads[7] = [item(7, 1)]
        #expect(plan.choose(limit: 100).offers.map(\.bucket) == [0])
        #expect(plan.heads[7]?.count == 1)
    }

    @Test func `a project that was idle saves no credit`() {
        var plan = plan([(alpha, "", [], 50)], [session(1, slots: 1000)])
        _ = plan.choose(limit: 50)
        plan.heads = [0: (100..<150).map { item(0, $0) }, 1: (0..<50).map { item(1, $0) }]
        plan.terms[1] = BucketTerms(project: beta, concurrencyKey: "", labels: [])
        #expect(plan.choose(limit: 10).offers.filter { $0.bucket == 1 }.count == 5)
    }

    @Test func `a project whose work nobody can take saves no credit, for itself or a third`() {
        var plan = plan([(alpha, "", [], 60), (beta, "", ["gpu"], 60)], [session(1, slots: 1000)])
        #expect(Set(plan.choose(limit: 50).offers.map(\.bucket)) == [0])
        plan.heads[0] = (100..<160).map { item(0, $0) }
        plan.heads[2] = (0..<60).map { item(2, $0) }
        plan.terms[2] = BucketTerms(project: gamma, concurrencyKey: "", labels: [])
        plan.sessions = [session(1, slots: 1000, labels: ["gpu"])]
        let turns = plan.choose(limit: 30).offers
        #expect((0..<3).map { bucket in turns.filter { $0.bucket == bucket }.count } == [10, 10, 10])
    }

    @Test func `a project that waits for a slot keeps its turn`() {
        var plan = plan(
            [(alpha, "", [], 60), (beta, "", ["gpu"], 60)],
            [session(1, slots: 4), session(2, slots: 1, held: 1, labels: ["gpu"])])
        #expect(plan.choose(limit: 50).waiting == [0: .allBusy, 1: .allBusy])
        plan.sessions = [session(2, slots: 2, labels: ["gpu"])]
        #expect(plan.choose(limit: 50).offers.map(\.bucket) == [1, 1])
    }
}
