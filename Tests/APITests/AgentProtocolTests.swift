import Domain
import Executions
import Glibc
import Integrations
import MariaDB
import Reports
import Support
import Testing

@Suite struct AgentProtocolTests {
    let bench: Bench
    let world: World
    /// One for the whole test: a second one would wait for the first one's lease.
    private let engine: Engine

    init() throws {
        bench = try Bench()
        world = try World(bench)
        engine = Engine(pool: bench.database.pool)
    }

    /// Offers the world's execution to the session, as the dispatcher does; the engine runs as long as it has work.
    private func offered(_ headers: [(String, String)]) throws -> JSONValue {
        try bench.run(engine, everyMs: 1000)
        let beat = bench.send(
            "POST", "/agent/v1/heartbeat", as: nil, json: ["inventory": [], "streamOpen": false], headers: headers)
        return try #require(beat.json["offers"]?.array?.first, "\(beat)")
    }

    private func step(_ sequence: Int64, _ status: String = "passed") -> JSONValue {
        [
            "sequence": .integer(sequence), "path": .string("\(sequence)"), "name": "echo", "status": .string(status),
            "startedAt": "2026-11-21T08:00:00.000Z", "completedAt": "2026-11-21T08:00:01.000Z", "durationMs": 1000,
            "output": ["exitCode": 0, "stdout": ["head": "a\u{0}b", "tail": "", "bytes": 3, "droppedBytes": 0]],
        ]
    }

    private func put(_ path: String, file bytes: String, _ headers: [(String, String)]) -> Answer {
        let file = "\(bench.directory)/upload"
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        _ = write(descriptor, bytes, bytes.utf8.count)
        close(descriptor)
        return bench.send("PUT", path, headers: headers, body: [], bodyFile: file)
    }

    @Test func `an attempt runs from offer to verdict`() throws {
        #expect(bench.send("PUT", "/api/v1/secrets/TOKEN?project=demo", json: ["value": "s3cret"]).status == 204)
        let (agent, headers) = try world.agent()
        let offer = try offered(headers)
        let fence = try #require(offer["fence"]?.integer)
        #expect(offer["execution"]?.string == world.execution)
        let path = "/agent/v1/executions/\(world.execution)"
        func post(_ tail: String, _ body: JSONValue) -> Answer {
            bench.send("POST", path + tail, as: nil, json: body, headers: headers)
        }

        #expect(post("/accept", ["fence": .integer(fence + 7)]).code == "stale_fence")
        let accepted = post("/accept", ["fence": .integer(fence)])
        #expect(accepted.status == 200, "\(accepted)")
        #expect(accepted.json["secrets"] == ["TOKEN": "s3cret"])
        #expect(accepted.json["definition"]?["steps"]?.array?.count == 1)
        #expect(accepted.header("Cache-Control") == "no-store")

        let gap = post("/steps", ["fence": .integer(fence), "firstSeq": 2, "steps": [step(2)]])
        #expect(gap.status == 409 && gap.code == "step_gap" && gap.json["expected"] == 1)
        let running: JSONValue = ["sequence": 1, "path": "1", "name": "echo", "startedAt": "2026-11-21T08:00:00Z"]
        #expect(
            post("/steps", ["fence": .integer(fence), "firstSeq": 1, "steps": [], "running": running]).status == 200)
        let steps = post("/steps", ["fence": .integer(fence), "firstSeq": 1, "steps": [step(1), step(2, "failed")]])
        #expect(steps.json == ["durableSeq": 2, "cancel": false], "\(steps)")

        let stored = put(
            "\(path)/artifacts/logs/out.txt?fence=\(fence)&droppedBytes=5", file: "hello",
            headers + [("Content-Type", "text/plain")])
        #expect(stored.status == 201 && stored.json["bytes"] == 5, "\(stored)")
        #expect(
            bench.send("GET", "/api/v1/executions/\(world.execution)/artifacts").items.isEmpty, "not before the verdict"
        )

        let beat = bench.send(
            "POST", "/agent/v1/heartbeat", as: nil,
            json: [
                "inventory": [["execution": .string(world.execution), "fence": .integer(fence)]], "streamOpen": true,
            ], headers: headers)
        #expect(beat.json["drop"] == [] && beat.json["drain"] == false)

        #expect(post("/finish", ["fence": .integer(fence), "lastSeq": 3, "verdict": "failed"]).code == "step_gap")
        let told: JSONValue = [
            "project": "demo", "name": "told", "url": "https://example.org/told", "events": ["execution.finished"],
        ]
        let subscription = try World.make(bench, "/api/v1/subscriptions", told)
        let finish: JSONValue = [
            "fence": .integer(fence), "lastSeq": 2, "verdict": "failed",
            "error": ["code": "step_failed", "message": "echo failed"], "resourceUsage": ["cpuMs": 5],
        ]
        let finished = post("/finish", finish)
        #expect(finished.json == ["status": "failed", "final": true], "\(finished)")
        #expect(post("/finish", finish).json == finished.json, "a replay gets the same answer")

        try people(see: agent)
        try numbersAndDeliveries(tell: subscription)
    }

    /// The verdict above as a number and as a message to a receiver, once the scheduler's loops have seen it.
    private func numbersAndDeliveries(tell subscription: String) throws {
        let pool = bench.database.pool
        try bench.run(engine, everyMs: 100_000)
        var rollups = FoldRollups(pool: pool)
        _ = try rollups.runOnce(monotonicMs: 0, touch: { _ in })
        var queue = QueueDeliveries(pool: pool, publicURL: "http://assay.test")
        _ = try queue.runOnce(monotonicMs: 0, touch: { _ in })
        let metrics = bench.send("GET", "/api/v1/aggregation/metrics?project=demo&case=hello&bucket=hour", as: "viewer")
        let bucket = try #require(metrics.items.first, "\(metrics)")
        #expect(bucket["runs"] == 1 && bucket["failed"] == 1 && bucket["case"] == "hello")
        #expect(bucket["passRate"]?.number == 0)
        #expect(bucket["durationMs"]?["mean"]?.number != nil)
        let path = "/api/v1/subscriptions/\(subscription)/deliveries"
        let deliveries = bench.send("GET", path, as: "viewer")
        #expect(deliveries.items.first?["event"] == "execution.finished", "\(deliveries)")
        try pool.transaction { tx in
            _ = try tx.execute(
                """
                INSERT INTO delivery_attempts (delivery_id, try, at, duration_ms, status, reason, reply)
                SELECT id, 1, \(tx.now), 12, 503, 'http503', 'busy' FROM deliveries WHERE kind = 'event'
                """)
        }
        #expect(bench.send("GET", path).items.first?["attempts"]?.array?.first?["status"] == 503)
    }

    /// What viewers see of the attempt above.
    private func people(see agent: String) throws {
        let path = "/api/v1/executions/\(world.execution)"
        func get(_ tail: String) -> Answer { bench.send("GET", path + tail, as: "viewer") }
        #expect(get("").json["status"] == "failed")
        #expect(get("/attempts").items.first?["agent"]?["id"]?.string == agent)
        let trace = get("/trace?attempt=1")
        #expect(trace.json["storage"] == "embedded")
        #expect(trace.json["steps"]?.array?.count == 2)
        #expect(get("/steps?status=failed").items.count == 1)
        let first = get("/steps?limit=1")
        let cursor = try #require(first.json["nextCursor"]?.string)
        #expect(get("/steps?limit=1&cursor=\(cursor)").items.first?["sequence"] == 2)
        #expect(get("/artifacts").items.first?["name"] == "logs/out.txt")
        let download = get("/artifacts/logs/out.txt")
        let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        #expect(download.header("X-Accel-Redirect") == "/_artifacts/2c/\(digest)")
        #expect(download.header("Content-Disposition") == "attachment; filename*=UTF-8''out.txt")
        #expect(access("\(bench.directory)/2c/\(digest)", R_OK) == 0)
        #expect(get("/queue").status == 200)
        #expect(bench.send("GET", path + "/artifacts/logs/out.txt", as: "stranger").status == 404)
    }

    @Test func `an enrolment token works once`() throws {
        let token = try World.make(bench, "/api/v1/agents/enrolment-tokens", ["project": "demo"], id: "token")
        let body: JSONValue = [
            "token": .string(token), "name": "worker", "labels": ["linux"], "slots": 1,
            "protocol": ["min": 1, "max": 3],
        ]
        #expect(bench.send("POST", "/api/v1/agents/register", as: nil, json: body).status == 201)
        #expect(bench.send("POST", "/api/v1/agents/register", as: nil, json: body).status == 401)
        let shared: JSONValue = ["expiresInMs": 60000]
        #expect(bench.send("POST", "/api/v1/agents/enrolment-tokens", as: "test_manager", json: shared).status == 403)
        #expect(bench.send("POST", "/api/v1/agents/enrolment-tokens", as: "admin", json: shared).status == 201)
        let old: JSONValue = [
            "token": "whatever-token", "name": "worker", "labels": [], "slots": 1, "protocol": ["min": 2, "max": 3],
        ]
        #expect(bench.send("POST", "/api/v1/agents/register", as: nil, json: old).pointers == ["/protocol"])
    }

    @Test func `a revoked agent is out`() throws {
        let (agent, headers) = try world.agent()
        let list = bench.send("GET", "/api/v1/agents?project=demo", as: "viewer")
        #expect(list.items.first?["state"] == "online")
        #expect(bench.send("POST", "/api/v1/agents/\(agent)/drain", as: "test_manager").status == 204)
        #expect(bench.send("GET", "/api/v1/agents?project=demo").items.first?["state"] == "draining")
        #expect(bench.send("DELETE", "/api/v1/agents/\(agent)", as: "test_manager").status == 204)
        let beat = bench.send(
            "POST", "/agent/v1/heartbeat", as: nil, json: ["inventory": [], "streamOpen": true], headers: headers)
        #expect(beat.status == 401)
        #expect(bench.send("GET", "/api/v1/agents?project=demo").items.first?["state"] == "revoked")
    }

    @Test func `a session that is not the agent's own has ended`() throws {
        let (_, headers) = try world.agent()
        func beat(_ session: [(String, String)]) -> Answer {
            let bearer = headers.filter { $0.0 == "Authorization" }
            return bench.send(
                "POST", "/agent/v1/heartbeat", as: nil, json: ["inventory": [], "streamOpen": true],
                headers: bearer + session)
        }
        #expect(beat([]).pointers == ["header: Assay-Session"])
        #expect(beat([("Assay-Session", "nonsense")]).code == "session_ended")
        #expect(beat([("Assay-Session", "\(UUIDv7(at: Bench.now))")]).code == "session_ended")
        #expect(bench.send("POST", "/agent/v1/heartbeat", json: ["inventory": [], "streamOpen": true]).status == 401)
    }

    @Test func `an upload without a file is refused`() throws {
        let (_, headers) = try world.agent()
        let path = "/agent/v1/executions/\(world.execution)/artifacts/a.txt"
        #expect(bench.send("PUT", path + "?fence=1", headers: headers, body: [1]).status == 400)
        #expect(bench.send("PUT", path, headers: headers, body: [1]).pointers == ["?fence"])
        #expect(put(path + "?fence=1", file: "x", headers).code == "stale_fence")
    }
}
