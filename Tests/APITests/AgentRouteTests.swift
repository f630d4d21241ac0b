import API
import Domain
import Executions
import MariaDB
import Support
import Testing

@Suite struct AgentRouteTests {
    let bench: Bench
    let world: World

    init() throws {
        bench = try Bench()
        world = try World(bench)
    }

    @Test func `what an agent runs now is listed, and work of other projects only counted`() throws {
        let agent = try world.agent()
        let path = "/api/v1/agents/\(agent.id)/work"
        #expect(bench.send("GET", path + "?project=demo", as: "viewer").json == ["items": [], "others": 0])
        try bench.run(Engine(pool: bench.database.pool), everyMs: 1000)
        try bench.database.pool.transaction { tx in
            try tx.execute("UPDATE work_items SET state = 'running'")
        }
        let work = bench.send("GET", path + "?project=demo", as: "viewer")
        #expect(work.items.compactMap { $0["id"]?.string } == [world.execution], "\(work)")
        #expect(work.header("Assay-Feed") != nil)
        try bench.database.pool.transaction { tx in try tx.execute("UPDATE agents SET project_id = NULL") }
        let elsewhere = bench.send("GET", path + "?project=other", as: "stranger")
        #expect(elsewhere.json == ["items": [], "others": 1])
        let absent = "/api/v1/agents/\(UUIDv7(at: Bench.now))/work?project=demo"
        #expect(bench.send("GET", absent, as: "viewer").status == 404)
    }

    @Test func `a token says what it is for until it is used, and can be taken back`() throws {
        let path = "/api/v1/agents/enrolment-tokens"
        let made = bench.send(
            "POST", path, as: "test_manager",
            json: ["project": "demo", "name": "linux-1", "labels": ["linux"], "slots": 3])
        let token = try #require(made.json["token"]?.string)
        _ = bench.send("POST", path, json: ["name": "shared"])
        let list = bench.send("GET", path + "?project=demo", as: "test_manager")
        #expect(list.items.map { $0["name"] } == ["linux-1"] && list.items[0]["labels"] == ["linux"])
        #expect(list.items[0]["slots"] == 3 && !list.json.text.contains(token))
        #expect(bench.send("GET", path + "?project=demo").items.map { $0["name"] } == ["shared", "linux-1"])
        let shared = bench.send("GET", path + "?project=demo").items[0]["id"]?.string ?? ""
        #expect(bench.send("DELETE", "\(path)/\(shared)?project=demo", as: "test_manager").status == 404)
        let id = try #require(made.json["id"]?.string)
        #expect(bench.send("DELETE", "\(path)/\(id)?project=other", as: "stranger").status == 404)
        #expect(bench.send("DELETE", "\(path)/\(id)?project=demo", as: "test_manager").status == 204)
        #expect(bench.send("GET", path + "?project=demo", as: "test_manager").items.isEmpty)
        let register = bench.send(
            "POST", "/api/v1/agents/register", as: nil,
            json: [
                "token": .string(token), "name": "w", "labels": [], "slots": 1, "protocol": ["min": 1, "max": 1],
            ])
        #expect(register.status == 401)
    }

    @Test func `runs are found by several branches, types and tags`() throws {
        for branch in ["main", "next", "old"] {
            let body: JSONValue = ["project": "demo", "testCase": "hello", "revision": ["branch": .string(branch)]]
            #expect(bench.send("POST", "/api/v1/executions", json: body).status == 201)
        }
        func found(_ query: String) -> Int { bench.send("GET", "/api/v1/executions?project=demo&\(query)").items.count }
        #expect(found("branch=main,next") == 2 && found("branch=old") == 1)
        #expect(found("type=generic,bdd") == 4 && found("type=bdd,manual") == 0)
        #expect(found("tag=quick") == 4 && found("tag=slow,quick") == 4 && found("tag=slow") == 0)
        let bulk: JSONValue = [
            "project": "demo", "preview": true,
            "filter": ["branch": ["main", "next"], "tag": ["quick"], "type": ["generic"]],
        ]
        #expect(bench.send("POST", "/api/v1/executions/bulk-cancellation", json: bulk).json["matched"] == 2)
    }

    @Test func `test cases show their last verdicts, alone and in suites`() throws {
        let hello = try #require(UUIDv7(world.testCase))
        try bench.database.pool.transaction { tx in
            for place in 1...14 {
                try tx.execute(
                    """
                    INSERT INTO recent_outcomes (definition_id, pos, execution_id, project_id, kind, definition_key, environment,
                      status, finished_at) VALUES (\(hello), \(place), \(UUIDv7(world.execution)), \(bench.project), 'case', 'hello',
                      '', \(place == 14 ? "failed" : "passed"), \(tx.now))
                    """)
            }
        }
        let cases = bench.send("GET", "/api/v1/test-cases?project=demo&include=history").items
        let shown = try #require(cases.first { $0["key"] == "hello" })
        #expect(shown["history"]?.array?.count == 12 && shown["history"]?.array?.last == "failed")
        #expect(shown["lastOutcome"]?["execution"]?.string == world.execution)
        let other = try #require(cases.first { $0["key"] == "second" })
        #expect(other["history"] == [] && other["lastOutcome"] == .null)
        #expect(bench.send("GET", "/api/v1/test-cases?project=demo").items.allSatisfy { $0["history"] == nil })
    }
}
