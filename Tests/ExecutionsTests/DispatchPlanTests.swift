import Domain
import Testing

@testable import Executions

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
            plan.add(BucketTerms(project: entry.0, concurrencyKey: entry.key, labels: entry.labels), as: bucket)
            fill(&plan, bucket, (0..<entry.count).map { item(bucket, $0) })
        }
        plan.open(sessions)
        plan.projectLimit = .max
        return plan
    }

    private func fill(_ plan: inout DispatchPlan, _ bucket: Int, _ items: [ReadyItem]) {
        for item in items { _ = plan.insert(item, into: bucket, limit: .max, isComplete: true) }
    }

    /// Everything that was held ends; `items` of these buckets are held by nobody known.
    private func hold(_ plan: inout DispatchPlan, _ buckets: [Int] = []) {
        plan.hold(buckets.map { (bucket: $0, session: nil) })
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
        let first = plan.choose(limit: 100)
        #expect(first.filter { $0.bucket == 0 }.count == 10 && first.filter { $0.bucket == 1 }.count == 10)
        #expect(first.prefix(6).map(\.bucket) == [0, 1, 0, 1, 0, 1])
        plan.open([session(1, slots: 20)])
        hold(&plan)
        let second = plan.choose(limit: 100)
        #expect(second.map(\.bucket) == Array(repeating: 0, count: 20), "what one leaves the other takes")
    }

    @Test func `with one slot at a time two projects take turns over many passes`() {
        var plan = plan([(alpha, "", [], 100), (beta, "", [], 100)], [])
        var turns: [Int] = []
        for _ in 0..<20 {
            plan.open([session(1, slots: 1)])
            hold(&plan)
            turns += plan.choose(limit: 100).map(\.bucket)
        }
        #expect(turns == (0..<20).map { $0 % 2 })
    }

    @Test func `inside a project the smallest sort key goes first, whatever its bucket`() {
        var plan = plan([(alpha, "", [], 0), (alpha, "", ["linux"], 0)], [session(1, slots: 9, labels: ["linux"])])
        fill(&plan, 0, [item(0, 1, sortKey: 20), item(0, 2, sortKey: 40)])
        fill(&plan, 1, [item(1, 2, sortKey: 30), item(1, 1, sortKey: 10), item(1, 3, sortKey: 40)])
        #expect(plan.choose(limit: 100).map(\.bucket) == [1, 0, 1, 0, 1])
        #expect(!plan.hasWork)
    }

    @Test func `a project stops at its limit and the others go on`() {
        var plan = plan([(alpha, "", [], 50), (beta, "", [], 3)], [session(1, slots: 100)])
        plan.projectLimit = 10
        hold(&plan, [0, 0, 0, 0])
        let (offers, waiting) = (plan.choose(limit: 100), plan.waiting())
        #expect(offers.filter { $0.bucket == 0 }.count == 6 && offers.filter { $0.bucket == 1 }.count == 3)
        #expect(waiting == [0: .projectLimit])
    }

    @Test func `a concurrency key is held across buckets of its project only`() {
        var plan = plan(
            [(alpha, "db", [], 2), (alpha, "db", ["linux"], 2), (alpha, "", [], 1), (beta, "db", [], 2)],
            [session(1, slots: 100, labels: ["linux"])])
        let (offers, waiting) = (plan.choose(limit: 100), plan.waiting())
        #expect(offers.map(\.bucket).sorted() == [0, 2, 3])
        #expect(waiting == [0: .concurrencyKey, 1: .concurrencyKey, 3: .concurrencyKey])
        hold(&plan, [1])
        #expect(plan.choose(limit: 100).map(\.bucket) == [3], "a run of bucket 1 holds the key of bucket 0")
        hold(&plan)
        #expect(Set(plan.choose(limit: 100).map(\.bucket)).count == 1, "the freed key goes to one of the two")
    }

    @Test func `a session serves a bucket when its labels include the bucket's`() {
        let buckets: [(ID<Project>, key: String, labels: Set<String>, count: Int)] = [
            (alpha, "", ["gpu", "linux"], 1), (alpha, "", ["linux"], 1), (alpha, "", [], 1),
            (alpha, "", ["windows"], 1),
        ]
        var plan = plan(buckets, [session(1, slots: 9, labels: ["linux", "x86"])])
        let (offers, waiting) = (plan.choose(limit: 100), plan.waiting())
        #expect(offers.map(\.bucket).sorted() == [1, 2])
        #expect(waiting == [0: .noAgent, 3: .noAgent])
    }

    @Test func `an agent of one project takes nothing of another`() {
        var plan = plan([(alpha, "", [], 1), (beta, "", [], 1)], [session(1, slots: 9, project: beta)])
        let (offers, waiting) = (plan.choose(limit: 100), plan.waiting())
        #expect(offers.map(\.bucket) == [1] && waiting == [0: .noAgent])
        #expect(
            offers.map(\.agent) == plan.sessions.map(\.agent) && offers.map(\.session) == plan.sessions.map(\.session))
    }

    @Test func `the least loaded session by share gets the next item`() {
        var plan = plan([(alpha, "", [], 10)], [session(1, slots: 2, held: 1), session(2, slots: 10, held: 3)])
        let order = plan.choose(limit: 100).map { $0.session.uuid.high }
        #expect(order == [2, 2, 1, 2, 2, 2, 2, 2], "3/10 and 4/10 before 1/2, and never more than there are slots")
        #expect(plan.sessions.map(\.held) == [2, 10])
    }

    @Test func `full sessions leave a bucket busy, no session leaves it without an agent`() {
        var busy = plan([(alpha, "", [], 1)], [session(1, slots: 1, held: 1), session(2, slots: 0)])
        hold(&busy)
        busy.open([session(1, slots: 1, held: 1), session(2, slots: 0)])
        #expect(busy.choose(limit: 100).isEmpty)
        #expect(busy.waiting() == [0: .allBusy])
        var alone = plan([(alpha, "", [], 1)], [])
        #expect(alone.choose(limit: 100).isEmpty)
        #expect(alone.waiting() == [0: .noAgent])
    }

    @Test func `the limit ends a pass and nothing is lost or repeated`() {
        var plan = plan([(alpha, "", [], 7), (beta, "", [], 7)], [session(1, slots: 100)])
        let first = plan.choose(limit: 5)
        #expect(first.count == 5 && plan.waiting().isEmpty)
        let rest = plan.choose(limit: 100)
        #expect(Set((first + rest).map(\.execution)).count == 14)
        #expect(plan.choose(limit: 0).isEmpty)
        #expect(plan.choose(limit: 9).isEmpty)
    }

    @Test func `a bucket whose terms are unknown is left alone`() {
        var plan = plan([(alpha, "", [], 1)], [session(1, slots: 9)])
        let isUnread = plan.insert(item(7, 1), into: 7, limit: 9, isComplete: false)
        #expect(isUnread)
        #expect(plan.choose(limit: 100).map(\.bucket) == [0])
    }

    @Test func `a project that was idle saves no credit`() {
        var plan = plan([(alpha, "", [], 50)], [session(1, slots: 1000)])
        _ = plan.choose(limit: 50)
        plan.add(BucketTerms(project: beta, concurrencyKey: "", labels: []), as: 1)
        fill(&plan, 0, (100..<150).map { item(0, $0) })
        fill(&plan, 1, (0..<50).map { item(1, $0) })
        #expect(plan.choose(limit: 10).filter { $0.bucket == 1 }.count == 5)
    }

    @Test func `a project whose work nobody can take saves no credit, for itself or a third`() {
        var plan = plan([(alpha, "", [], 60), (beta, "", ["gpu"], 60)], [session(1, slots: 1000)])
        #expect(Set(plan.choose(limit: 50).map(\.bucket)) == [0])
        plan.add(BucketTerms(project: gamma, concurrencyKey: "", labels: []), as: 2)
        fill(&plan, 0, (100..<160).map { item(0, $0) })
        fill(&plan, 2, (0..<60).map { item(2, $0) })
        plan.open([session(1, slots: 1000, labels: ["gpu"])])
        let turns = plan.choose(limit: 30)
        #expect((0..<3).map { bucket in turns.filter { $0.bucket == bucket }.count } == [10, 10, 10])
    }

    @Test func `a project that waits for a slot keeps its turn`() {
        var plan = plan(
            [(alpha, "", [], 60), (beta, "", ["gpu"], 60)],
            [session(1, slots: 4), session(2, slots: 1, held: 1, labels: ["gpu"])])
        #expect(plan.choose(limit: 50).map(\.bucket) == [0, 0, 0, 0])
        #expect(plan.waiting() == [0: .allBusy, 1: .allBusy])
        plan.open([session(2, slots: 2, labels: ["gpu"])])
        #expect(plan.choose(limit: 50).map(\.bucket) == [1, 1])
    }

    @Test func `five thousand keys cost a pass no more than the offers it makes`() {
        let keys = 5_000
        var plan = plan((0..<keys).map { (alpha, key: "key-\($0)", labels: [], count: 2) }, [session(1, slots: 100)])
        let clock = ContinuousClock()
        let first = clock.measure { #expect(plan.choose(limit: 100).count == 100) }
        hold(&plan, Array(0..<keys))
        plan.open([session(1, slots: 100_000)])
        let parking = clock.measure { #expect(plan.choose(limit: 100).isEmpty) }
        let blocked = clock.measure { #expect(plan.choose(limit: 100).isEmpty) }
        #expect(plan.waiting().count == keys)
        // Everything is parked now: what is blocked is not looked at again. A debug build has room for noise.
        #expect(blocked < parking + first)
    }

    @Test func `idle buckets are forgotten, those with work keep their place`() {
        var plan = plan((0..<10).map { (alpha, key: "", labels: [], count: $0 < 3 ? 1 : 0) }, [session(1, slots: 9)])
        plan.evict { $0 == 9 }
        #expect((0..<10).filter { plan.knows($0) } == [0, 1, 2, 9])
        #expect(plan.choose(limit: 100).count == 3)
    }
}
