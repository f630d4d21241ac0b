import Domain
@testable import Executions
import MariaDB
import Testing
import Wire

/// Random lives on a real database; afterwards every rule that must hold of any history is checked.
@Suite struct HistoryCheckTests {
    @Test(arguments: [1, 8, 9, 36] as [UInt64])
    func `no order of events breaks a history`(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<150 {
            try history.step()
            #expect(try history.executionsRunTwice() == 0, "seed \(seed)")
        }
        try history.drain()
        let check = HistoryCheck(pool: history.bench.pool)
        let broken = try check.everything()
        #expect(broken == [], "seed \(seed)")
        #expect(try check.endings().isSuperset(of: ["lost", "passed", "timeout"]), "seed \(seed) tried too little")
    }

    @Test func `the check sees what is broken`() throws {
        let bench = try Bench()
        let agent = try bench.agent()
        let hello = try bench.makeCase("hello")
        for _ in 0..<3 { _ = try bench.start(hello) }
        let suite = try bench.startSuite([try bench.makeCase("one")])
        try bench.runAll(agent)
        let check = HistoryCheck(pool: bench.pool)
        #expect(try check.everything() == [])
        try bench.execute("DELETE FROM events WHERE seq = 2 AND stream_id = (SELECT MIN(id) FROM executions)")
        #expect(try check.brokenStreams().count == 3, "a hole, a status never reached, an illegal edge")
        try bench.execute("UPDATE attempts SET fence = 0, status = 'running' ORDER BY execution_id LIMIT 1")
        #expect(try check.brokenAttempts().count == 2)
        try bench.execute("UPDATE feed SET pos = pos + 1000000 ORDER BY pos DESC LIMIT 1")
        #expect(try check.brokenFeed().count == 1)
        try bench.execute("INSERT INTO outbox (stream_id, seq_from, seq_to) VALUES (\(suite), 1, 1)")
        #expect(try check.brokenFeed().count == 2)
        try bench.execute(
            "UPDATE executions SET children_failed = 1, status = 'running', finished_at = NULL WHERE id = \(suite)")
        #expect(try check.brokenSuites() == [suite.description] && check.unfinished().count == 1)
    }
}

/// People, agents and time doing anything they may do, in an order that the seed decides.
private struct RandomHistory {
    let bench: Bench
    private var generator: Seeded
    private var cases: [FrozenRequest.Case] = []
    private var started: [ID<Execution>] = []
    private var callers: [AgentCaller] = []
    /// What some agent believes it runs, and how many steps it has sent.
    private var held: [(holding: Holding, caller: AgentCaller, steps: Int)] = []

    init(seed: UInt64) throws {
        bench = try Bench()
        generator = Seeded(state: seed)
        cases = [
            try bench.makeCase("plain"), try bench.makeCase("linux", labels: ["linux"]),
            try bench.makeCase("flaky", retry: RetryPolicy(maxAttempts: 3, backoffMs: 1, on: [.failed, .timeout])),
        ]
        callers = [
            try bench.agent("one", labels: ["linux"], slots: 2), try bench.agent("two", slots: 3),
            try bench.agent("three", labels: ["linux"], slots: 1, project: bench.project),
        ]
    }

    mutating func step() throws {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<14: try start()
        case 14..<18: try startSuite()
        case 18..<38: try bench.settle(passes: 3)
        case 38..<56: for caller in callers { try acceptOffers(of: caller) }
        case 56..<62: try sendStep()
        case 62..<76: try finish()
        case 76..<79: try loseSession()
        case 79..<82: try replaceSession()
        case 82..<87: try cancel()
        case 87..<89: try expireOffers()
        case 89..<91: try pass(into: "deadline_at")
        case 91..<94: try makeDue()
        case 94: try loseLeadership()
        default: try beat()
        }
    }

    /// Executions that two attempts run at the same time.
    func executionsRunTwice() throws -> Int {
        try bench.pool.read { connection in
            try connection.query(
                "SELECT execution_id FROM attempts WHERE status = 'running' GROUP BY execution_id HAVING COUNT(*) > 1"
            ).count
        }
    }

    /// From here on everything goes well, so that everything must end.
    mutating func drain() throws {
        callers = try callers.map {
            AgentCaller(agent: $0.agent, session: try bench.openSession($0.agent, labels: ["linux"]))
        }
        held = []
        for _ in 0..<80 {
            try beat()
            try makeDue()
            try bench.settle()
            for caller in callers { try acceptOffers(of: caller) }
            while !held.isEmpty { try finish(0, verdict: .passed) }
            try bench.settle()
            if try HistoryCheck(pool: bench.pool).unfinished().isEmpty { return }
        }
    }

    private mutating func start() throws {
        let key = Bool.random(using: &generator) ? nil : "staging"
        let priority = pick(Priority.allCases)
        let now = try bench.pool.transaction { $0.now }
        let isLater = Int.random(in: 0..<5, using: &generator) == 0
        started.append(
            try bench.start(
                pick(cases), priority: priority, key: key, notBefore: isLater ? now.adding(ms: 60_000) : nil))
    }

    private mutating func startSuite() throws {
        let chosen = (0..<Int.random(in: 1...5, using: &generator)).map { _ in pick(cases) }
        started.append(
            try bench.startSuite(
                chosen, parallel: pick([nil, 1, 2]), stopOnFailure: Bool.random(using: &generator)))
    }

    private mutating func acceptOffers(of caller: AgentCaller) throws {
        for holding in try bench.offers(caller) {
            try tolerating {
                _ = try bench.accept(holding, caller)
                held.append((holding, caller, 0))
            }
        }
    }

    private mutating func sendStep() throws {
        guard let index = held.indices.randomElement(using: &generator) else { return }
        let (holding, caller, steps) = held[index]
        // Sometimes the last step again, as after a lost reply.
        let sequence = max(1, steps + Int.random(in: 0...1, using: &generator))
        try tolerating {
            let reply = try bench.record(
                holding.execution,
                StepsRequest(fence: holding.fence, firstSeq: sequence, steps: [stepResult(sequence)]), by: caller)
            held[index].steps = reply.durableSeq
        }
    }

    private mutating func finish() throws {
        guard let index = held.indices.randomElement(using: &generator) else { return }
        try finish(index, verdict: pick([.passed, .passed, .failed, .timeout, .cancelled]))
    }

    private mutating func finish(_ index: Int, verdict: Verdict) throws {
        let (holding, caller, steps) = held.remove(at: index)
        try tolerating { try bench.finish(holding, caller, verdict, lastSeq: steps) }
    }

    /// Its lease is over; its agent believes in it until it opens another.
    private mutating func loseSession() throws {
        let caller = pick(callers)
        try bench.execute(
            "UPDATE agent_sessions SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = \(caller.session)")
        try bench.settle(passes: 1)
        try renew(caller)
    }

    private mutating func replaceSession() throws { try renew(pick(callers)) }

    private mutating func renew(_ caller: AgentCaller) throws {
        guard let index = callers.firstIndex(of: caller) else { return }
        let labels = index == 1 ? [] : ["linux"]
        callers[index] = AgentCaller(
            agent: caller.agent, session: try bench.openSession(caller.agent, labels: labels, slots: 3 - index))
    }

    /// Another scheduler led for a moment and is gone again.
    private func loseLeadership() throws {
        let other = UUIDv7(high: 1, low: 1)
        try bench.execute(
            "UPDATE leaderships SET owner = \(other), epoch = epoch + 1, lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE name IN ('engine', 'suites')"
        )
    }

    private mutating func cancel() throws {
        guard let id = started.randomElement(using: &generator) else { return }
        try tolerating {
            try CancelExecution(pool: bench.pool).cancel(
                id, project: bench.project, by: nil, name: "Alice", reason: nil)
        }
        if Bool.random(using: &generator) { try pass(into: "cancel_requested_at") }
    }

    private func expireOffers() throws {
        try bench.execute(
            "UPDATE work_items SET offered_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE state = 'offered'")
    }

    /// What was to come is over: the deadline of an attempt, or the grace of a cancel.
    private func pass(into column: StaticString) throws {
        try bench.execute(
            "UPDATE work_items SET \(raw: column) = UTC_TIMESTAMP(3) - INTERVAL 60 SECOND WHERE state = 'running' AND \(raw: column) IS NOT NULL"
        )
    }

    private func makeDue() throws {
        try bench.execute(
            "UPDATE work_items SET not_before = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE state = 'scheduled'")
    }

    private func beat() throws {
        for caller in callers {
            try tolerating {
                _ = try Beat(pool: bench.pool).beat(
                    HeartbeatRequest(inventory: held.filter { $0.caller == caller }.map(\.holding), streamOpen: true),
                    by: caller)
            }
        }
    }

    private mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: choices.indices, using: &generator)]
    }
}

/// Being late is part of life; anything but a refusal is a defect.
private func tolerating(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch ExecutionFault.staleFence, ExecutionFault.sessionEnded, ExecutionFault.invalidTransition {
        return
    }
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
