import Domain
import Testing

@Suite struct ExecutionRouteTests {
    let bench: Bench
    let world: World

    init() throws {
        bench = try Bench()
        world = try World(bench)
    }

    private func start(_ body: JSONValue, key: String? = nil, as name: String = "qa_engineer") -> Answer {
        bench.send(
            "POST", "/api/v1/executions", as: name, json: body, headers: key.map { [("Idempotency-Key", $0)] } ?? [])
    }

    @Test func `a started case is pending and says where it came from`() throws {
        let answer = start([
            "project": "demo", "testCase": "hello", "testItem": "data", "environment": "staging",
            "parameters": ["who": "request", "count": 3], "priority": "high", "labels": ["linux"],
            "revision": ["commit": "abc123", "branch": "main"], "retry": ["maxAttempts": 2, "on": ["failed"]],
        ])
        #expect(answer.status == 201)
        let id = try #require(answer.json["id"]?.string)
        #expect(answer.header("Location") == "/api/v1/executions/\(id)")
        #expect(answer.json["status"] == "pending")
        #expect(answer.json["number"] == 2)
        #expect(answer.json["parameters"] == ["who": "request", "only": "item", "count": "3"])
        #expect(answer.json["environment"] == "staging")
        #expect(answer.json["priority"] == "high")
        #expect(answer.json["revision"]?["branch"] == "main")
        #expect(answer.json["startedBy"]?["kind"] == "token")
        let read = bench.send("GET", "/api/v1/executions/\(id)", as: "viewer")
        #expect(read.json.object?.filter { $0.key != "settings" } == answer.json.object)
        #expect(read.json["settings"]?["retry"]?["from"] == "request")
        #expect(Int(read.header("Assay-Feed") ?? "") != nil)
    }

    @Test func `the same key starts once, another body under it is a conflict`() {
        let body: JSONValue = ["project": "demo", "testSuite": "smoke"]
        let first = start(body, key: "build-1")
        let again = start(body, key: "build-1")
        #expect(first.status == 201 && again.status == 201)
        #expect(first.json["id"] == again.json["id"])
        #expect(first.header("Idempotency-Replayed") == nil)
        #expect(again.header("Idempotency-Replayed") == "true")
        let other = start(["project": "demo", "testCase": "hello"], key: "build-1")
        #expect(other.status == 409 && other.code == "idempotency_conflict")
        #expect(start(body, key: "build-1", as: "ci").json["id"] != first.json["id"], "keys belong to their user")
        #expect(start(body, key: "two words").pointers == ["header: Idempotency-Key"])
        #expect(start(body, key: String(repeating: "k", count: 129)).status == 422)
    }

    @Test func `every fault of a start is named at once`() {
        let answer = start([
            "project": "demo", "testCase": "Hello World", "testSuite": "smoke", "priority": "soon", "timeoutMs": 0,
            "retry": ["maxAttempts": 99], "parameters": ["9 lives": 1, "list": [1]], "colour": "red",
            "notBefore": "tomorrow", "labels": ["ok", 7],
        ])
        #expect(answer.status == 422 && answer.code == "validation_failed")
        #expect(
            answer.pointers == [
                "", "/colour", "/labels/1", "/notBefore", "/parameters/9 lives", "/parameters/list", "/priority",
                "/retry/maxAttempts", "/testCase", "/timeoutMs",
            ])
    }

    @Test func `an instant that nothing can store is refused by name, at every door`() {
        for time: JSONValue in ["9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00", "0999-12-31T23:59:59Z"] {
            #expect(start(["project": "demo", "testCase": "hello", "notBefore": time]).pointers == ["/notBefore"])
            let token: JSONValue = ["name": "t", "scopes": ["read"], "expiresAt": time]
            #expect(bench.send("POST", "/api/v1/tokens", json: token).pointers == ["/expiresAt"])
        }
        let last = start(["project": "demo", "testSuite": "smoke", "notBefore": "9999-12-31T23:59:59.999Z"])
        #expect(last.status == 201)
    }

    @Test func `labels that the queue cannot hold are refused, of a case and together with a request's`() {
        func labels(_ prefix: String, _ count: Int) -> JSONValue {
            .array((0..<count).map { .string(prefix + "\($0)" + String(repeating: "x", count: 50)) })
        }
        var body = World.caseBody("labelled").object ?? [:]
        body["labels"] = labels("c", 25)
        let path = "/api/v1/test-cases?project=demo"
        #expect(bench.send("POST", path, json: .object(body)).pointers == ["/labels"])
        let applied = bench.send("POST", "/api/v1/catalog/apply?project=demo", json: ["testCases": [.object(body)]])
        #expect(applied.pointers == ["/testCases/0/labels"])
        body["labels"] = labels("c", 12)
        #expect(bench.send("POST", path, json: .object(body)).status == 201)
        let suite: JSONValue = ["key": "wide", "name": "Wide", "cases": ["hello", "labelled"]]
        #expect(bench.send("POST", "/api/v1/test-suites?project=demo", json: suite).status == 201)
        for what: (String, JSONValue) in [("testCase", "labelled"), ("testSuite", "wide")] {
            let wish: JSONValue = ["project": "demo", what.0: what.1, "labels": labels("r", 10)]
            #expect(start(wish).pointers == ["/labels"])
            #expect(bench.send("POST", "/api/v1/executions/validation", json: wish).json["ok"] == false)
        }
        // The same labels twice are one label.
        #expect(start(["project": "demo", "testSuite": "wide", "labels": labels("c", 12)]).status == 201)
    }

    @Test func `who started, cancelled and ran again stands in the audit log`() throws {
        let started = start(["project": "demo", "testSuite": "smoke"], key: "audited")
        _ = start(["project": "demo", "testSuite": "smoke"], key: "audited")
        let id = try #require(started.json["id"]?.string)
        let path = "/api/v1/executions/\(id)"
        #expect(bench.send("POST", path + "/cancellation", as: "qa_engineer", json: ["reason": "enough"]).status == 202)
        _ = bench.send("POST", "/api/v1/executions/\(world.execution)/cancellation")
        let again = bench.send("POST", "/api/v1/executions/\(world.execution)/retry", as: "qa_engineer")
        let lines = bench.send("GET", "/api/v1/audit?project=demo&limit=200").items
        func line(_ action: String, _ id: String) -> [JSONValue] {
            lines.filter { $0["action"]?.string == action && $0["target"]?["id"]?.string == id }
        }
        #expect(line("execution.start", id).map { $0["after"]?["testSuite"] } == ["smoke"])
        #expect(line("execution.start", id).first?["actor"]?["kind"] == "token")
        #expect(line("execution.cancel", id).map { $0["after"]?["reason"] } == ["enough"])
        let retry = line("execution.retry", again.json["id"]?.string ?? "")
        #expect(retry.map { $0["after"]?["retryOf"]?.string } == [world.execution])
    }

    @Test func `keys that lead nowhere are named at once`() {
        let answer = start(["project": "demo", "testCase": "nope", "testItem": "nope", "environment": "nope"])
        #expect(answer.status == 422)
        #expect(answer.pointers == ["/testCase", "/testItem", "/environment"])
    }

    @Test func `validation says the same and starts nothing`() {
        func validate(_ body: JSONValue) -> Answer {
            bench.send("POST", "/api/v1/executions/validation", as: "ci", json: body)
        }
        let good = validate(["project": "demo", "testCase": "hello"]).json
        #expect(good["ok"] == true && good["problems"] == [])
        #expect(good["settings"]?["timeoutMs"] == ["value": 1_800_000, "from": "system"])
        #expect(validate(["project": "demo", "testCase": "nope"]).json["problems"]?.array?.count == 1)
        #expect(validate(["project": "demo", "colour": 1]).json["ok"] == false)
        #expect(bench.send("GET", "/api/v1/executions?project=demo").items.count == 1)
    }

    @Test func `the list filters, counts and pages`() throws {
        for _ in 0..<3 { _ = start(["project": "demo", "testSuite": "smoke", "revision": ["branch": "main"]]) }
        let suites = bench.send(
            "GET", "/api/v1/executions?project=demo&suite=smoke&include=history,counts,children&limit=2")
        #expect(suites.items.count == 2)
        #expect(suites.items.first?["number"] == 4)
        #expect(suites.items.first?["history"]?.array?.count == 3)
        #expect(suites.items.first?["children"]?.array != nil)
        #expect(suites.json["counts"]?["pending"] == 3)
        let cursor = try #require(suites.json["nextCursor"]?.string)
        let rest = bench.send("GET", "/api/v1/executions?project=demo&suite=smoke&limit=2&cursor=\(cursor)")
        #expect(rest.items.count == 1 && rest.json["nextCursor"] == .null)
        #expect(bench.send("GET", "/api/v1/executions?project=demo&status=running,passed").items.isEmpty)
        #expect(bench.send("GET", "/api/v1/executions?project=demo&number=1").items.first?["kind"] == "case")
        #expect(bench.send("GET", "/api/v1/executions?project=demo&case=hello&q=hello&kind=case").items.count == 1)
        #expect(
            bench.send("GET", "/api/v1/executions?project=demo&branch=main&createdFrom=2020-01-01T00:00:00Z").items
                .count == 3)
        #expect(
            bench.send("GET", "/api/v1/executions?project=demo&createdTo=2020-01-01T00:00:00Z&root=false").items.isEmpty
        )
    }

    @Test func `bad query keys are all named`() {
        let answer = bench.send(
            "GET",
            "/api/v1/executions?project=demo&status=odd&limit=0&cursor=x&colour=red&root=maybe&number=one&number=2&createdFrom=now"
        )
        #expect(answer.status == 422)
        #expect(Set(answer.pointers) == ["?status", "?limit", "?colour", "?root", "?number", "?createdFrom"])
        #expect(bench.send("GET", "/api/v1/executions?project=demo&cursor=x").pointers == ["?cursor"])
        #expect(bench.send("GET", "/api/v1/executions").pointers == ["?project"])
    }

    @Test func `a pending run is cancelled at once, a final one cannot be`() {
        let path = "/api/v1/executions/\(world.execution)/cancellation"
        let answer = bench.send("POST", path, as: "qa_engineer", json: ["reason": "not needed"])
        #expect(answer.status == 202)
        #expect(answer.json["status"] == "cancelled")
        #expect(answer.json["cancelReason"] == "not needed")
        let again = bench.send("POST", path, as: "qa_engineer", bytes: [])
        #expect(again.status == 409 && again.code == "invalid_transition")
        let history = bench.send("GET", "/api/v1/executions/\(world.execution)/history")
        #expect(history.items.count >= 2)
        #expect(history.items.last?["to"] == "cancelled")
    }

    @Test func `a finished run is run again as a new one`() {
        let path = "/api/v1/executions/\(world.execution)/retry"
        #expect(bench.send("POST", path, json: [:]).code == "invalid_transition")
        _ = bench.send("POST", "/api/v1/executions/\(world.execution)/cancellation")
        let answer = bench.send("POST", path, json: [:], headers: [("Idempotency-Key", "again")])
        #expect(answer.status == 201)
        #expect(answer.json["retryOf"]?.string == world.execution)
        let replay = bench.send("POST", path, json: [:], headers: [("Idempotency-Key", "again")])
        #expect(replay.json["id"] == answer.json["id"])
    }

    @Test func `the queue says why a run waits`() {
        let place = bench.send("GET", "/api/v1/executions/\(world.execution)/queue")
        #expect(place.status == 200)
        #expect(place.json["sentence"]?.string?.isEmpty == false)
        let queue = bench.send("GET", "/api/v1/queue?project=demo")
        #expect(queue.json["depth"]?["ready"] == 1)
        let counts = bench.send("GET", "/api/v1/projects/demo/counts")
        #expect(counts.json == ["running": 0, "queued": 1, "alertsOpen": 0])
    }

    @Test func `children page by position`() {
        let suite = start(["project": "demo", "testSuite": "smoke"])
        let path = "/api/v1/executions/\(suite.json["id"]?.string ?? "")/children"
        #expect(bench.send("GET", path).json == ["items": [], "nextCursor": .null])
        #expect(bench.send("GET", path + "?sort=urgency&status=failed&key=hello&limit=1").status == 200)
        #expect(bench.send("GET", path + "?cursor=W10").pointers == ["?cursor"])
    }

    @Test func `what has not run yet has no attempts and no trace`() {
        let path = "/api/v1/executions/\(world.execution)"
        #expect(bench.send("GET", path + "/attempts").items.isEmpty)
        #expect(bench.send("GET", path + "/trace").status == 404)
        #expect(bench.send("GET", path + "/steps?attempt=1").status == 404)
        #expect(bench.send("GET", path + "/artifacts").items.isEmpty)
        #expect(bench.send("GET", path + "/artifacts/a/b.txt").status == 404)
    }
}
