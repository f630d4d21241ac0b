import Domain
@testable import Executions
import Feed
import MariaDB
import Support
import Synchronization
import Testing
import Wire

/// A project with cases, an engine, a suites loop and agents, on a database of its own.
final class Bench {
    let database: TestDatabase
    let pool: Pool
    let project: ID<Project>
    let engine: Engine
    let suites: SuitesLoop
    private let owner = UUIDv7(at: Timestamp(milliseconds: 1))
    private var clockMs: Int64 = 1_000_000

    init() throws {
        database = try TestDatabase.fresh()
        pool = database.pool
        project = try Bench.makeProject("demo", pool)
        engine = Engine(pool: pool)
        suites = SuitesLoop(pool: pool)
    }

    /// The leadership of a loop, as this bench's one scheduler holds it.
    func lease(_ name: String) throws -> LeaderLease {
        let lease = try LeaderLease.acquire(name, owner: owner, pool)
        guard let lease else { throw LeadershipLost(name: name) }
        return lease
    }

    static func makeProject(_ key: String, _ pool: Pool) throws -> ID<Project> {
        try pool.transaction { tx in
            let id = ID<Project>(at: tx.now)
            try tx.execute(
                "INSERT INTO projects (id, project_key, name, created_at) VALUES (\(id), \(key), \(key), \(tx.now))")
            return id
        }
    }

    /// A stored version of a case with one wait step.
    func makeCase(_ key: String, labels: [String] = [], retry: RetryPolicy? = nil, timeoutMs: Int64? = nil) throws
        -> FrozenRequest.Case
    {
        try pool.transaction { tx in
            let id = ID<TestCase>(at: tx.now)
            let definition = CaseDefinition(
                key: key, labels: labels, steps: [StepDefinition(name: "wait", wait: WaitAction(durationMs: 0))])
            try tx.execute(
                """
                INSERT INTO test_cases (id, project_id, definition_key, live_key, name, version, created_at, updated_at)
                VALUES (\(id), \(project), \(key), \(key), \(key), 1, \(tx.now), \(tx.now))
                """)
            try tx.execute(
                """
                INSERT INTO test_case_versions (definition_id, version, project_id, definition, created_at)
                VALUES (\(id), 1, \(project), \(try jsonText(definition)), \(tx.now))
                """)
            return FrozenRequest.Case(
                id: id, key: key, name: key, version: 1, labels: labels, timeoutMs: timeoutMs, retry: retry)
        }
    }

    func start(
        _ one: FrozenRequest.Case, priority: Priority = .normal, key: String? = nil, notBefore: Timestamp? = nil,
        idempotency: IdempotencyKey? = nil
    ) throws -> ID<Execution> {
        try StartExecution(pool: pool).start(
            StartRequest(
                project: project, projectKey: "demo",
                request: FrozenRequest(
                    case: one, notBefore: notBefore, concurrencyKey: key,
                    startedBy: FrozenRequest.Starter(kind: "user", id: "nobody", name: "Alice")),
                priority: priority, idempotency: idempotency)
        ).id
    }

    func startSuite(
        _ cases: [FrozenRequest.Case], parallel: Int? = nil, stopOnFailure: Bool = false, notBefore: Timestamp? = nil
    )
        throws -> ID<Execution>
    {
        let suite = FrozenRequest.Suite(
            id: ID(at: Timestamp(milliseconds: 5)), key: "smoke", name: "Smoke", version: 1, cases: cases,
            parallel: parallel,
            stopOnFailure: stopOnFailure)
        return try StartExecution(pool: pool).start(
            StartRequest(
                project: project, projectKey: "demo", request: FrozenRequest(suite: suite, notBefore: notBefore))
        ).id
    }

    func agent(_ name: String = "agent-1", labels: [String] = [], slots: Int = 4, project: ID<Project>? = nil) throws
        -> AgentCaller
    {
        let enrol = EnrolAgent(pool: pool)
        let token = try enrol.issueToken(project: project, by: nil, expiresInMs: 60_000).token
        let registered = try enrol.register(
            RegisterAgentRequest(
                token: token, name: name, labels: labels, slots: slots, protocol: .init(min: 1, max: 1)))
        return AgentCaller(
            agent: registered.agent.id, session: try openSession(registered.agent.id, labels: labels, slots: slots))
    }

    func openSession(_ agent: ID<Agent>, labels: [String] = [], slots: Int = 4) throws -> ID<AgentSession> {
        try OpenSession(pool: pool).open(
            agent, OpenSessionRequest(protocol: 1, labels: labels, slots: slots, isolation: "none")
        ).session
    }

    /// Runs engine and suites until neither has anything to do; the monotonic clock moves `ms` before each pass.
    func settle(ms: Int64 = 300, passes: Int = 12) throws {
        for _ in 0..<passes {
            clockMs += ms
            let pass = try engine.runOnce(try lease("engine"), monotonicMs: clockMs)
            let round = try suites.runOnce(try lease("suites"), monotonicMs: clockMs)
            if !round.didWrite, !round.isWaiting, !pass.isNews, !pass.mayBeMore { break }
        }
    }

    /// The offers an agent holds now, oldest first.
    func offers(_ caller: AgentCaller) throws -> [Holding] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT w.execution_id, w.fence FROM work_items w JOIN executions e ON e.id = w.execution_id
                WHERE w.session_id = \(caller.session) AND w.state = 'offered' ORDER BY e.position, e.id
                """)
        }.map { Holding(execution: try $0.id("execution_id"), fence: try $0.int("fence")) }
    }

    func accept(_ holding: Holding, _ caller: AgentCaller) throws -> Assignment {
        try AcceptOffers(pool: pool).accept(holding.execution, fence: holding.fence, by: caller).assignment
    }

    @discardableResult
    func finish(_ holding: Holding, _ caller: AgentCaller, _ verdict: Verdict = .passed, lastSeq: Int = 0) throws
        -> FinishResponse
    {
        try finishing(
            holding.execution, FinishRequest(fence: holding.fence, lastSeq: lastSeq, verdict: verdict), by: caller)
    }

    func finishing(_ id: ID<Execution>, _ request: FinishRequest, by caller: AgentCaller) throws -> FinishResponse {
        let answer = try TakeReports(pool: pool).take(AttemptReport(id, finish: request), by: caller)
        let status = try #require(answer.status)
        return FinishResponse(status: status, final: status.isFinal)
    }

    @discardableResult
    func record(_ id: ID<Execution>, _ batch: StepsRequest, by caller: AgentCaller) throws -> StepsResponse {
        let answer = try TakeReports(pool: pool).take(AttemptReport(id, steps: batch), by: caller)
        return StepsResponse(durableSeq: answer.durableSeq, cancel: answer.cancel)
    }

    /// Takes every offer and finishes it with `verdict` until nothing is left.
    func runAll(_ caller: AgentCaller, verdict: (Holding) throws -> Verdict = { _ in .passed }) throws {
        for _ in 0..<200 {
            try settle()
            let held = try offers(caller)
            if held.isEmpty { return }
            for holding in held {
                _ = try accept(holding, caller)
                try finish(holding, caller, try verdict(holding))
            }
        }
    }

    func status(_ id: ID<Execution>) throws -> ExecutionStatus {
        try pool.read {
            try $0.query("SELECT status FROM executions WHERE id = \(id)").first?.value("status") ?? .aborted
        }
    }

    func state(_ id: ID<Execution>) throws -> WorkItemState? {
        try pool.read { try $0.query("SELECT state FROM work_items WHERE execution_id = \(id)").first?.value("state") }
    }

    func name(_ id: ID<Execution>) throws -> String {
        try pool.read { try $0.query("SELECT name FROM executions WHERE id = \(id)").first?.text("name") ?? "" }
    }

    func events(_ id: ID<Execution>) throws -> [String] {
        try pool.read { try $0.query("SELECT type FROM events WHERE stream_id = \(id) ORDER BY seq") }.map {
            try $0.text("type")
        }
    }

    /// Moves a column of a row into the past, instead of waiting.
    func execute(_ sql: SQL) throws {
        try pool.transaction { tx in try tx.execute(sql) }
    }
}

func stepResult(_ sequence: Int, _ status: StepStatus = .passed, padding: Int = 0) -> StepResult {
    StepResult(
        sequence: sequence, path: "\(sequence)", name: "step \(sequence)", status: status,
        startedAt: Timestamp(milliseconds: 1_800_000_000_000), completedAt: Timestamp(milliseconds: 1_800_000_000_010),
        durationMs: 10,
        output: StepOutput(
            exitCode: 0, stdout: StreamExcerpt(head: String(repeating: "x", count: padding), bytes: Int64(padding))))
}
