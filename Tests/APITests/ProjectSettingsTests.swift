import API
import Domain
import Testing

@Suite struct ProjectSettingsTests {
    let bench: Bench
    let world: World
    private let path = "/api/v1/projects/demo/settings"

    init() throws {
        bench = try Bench()
        world = try World(bench)
    }

    private func put(_ body: JSONValue, ifMatch: String? = nil, as name: String = "test_manager") -> Answer {
        bench.send("PUT", path, as: name, json: body, headers: ifMatch.map { [("If-Match", $0)] } ?? [])
    }

    private func held(_ body: [String: JSONValue]) -> JSONValue? {
        let request: [String: JSONValue] = ["project": "demo"]
        return bench.send(
            "POST", "/api/v1/executions/validation", as: "ci", json: .object(request.merging(body) { $1 })
        ).json["settings"]
    }

    @Test func `nothing is said at first, and what holds is the installation's`() {
        let answer = bench.send("GET", path, as: "viewer")
        #expect(answer.status == 200 && answer.json["version"] == 0 && answer.header("ETag") == "\"0\"")
        #expect(answer.json["concurrency"] == .null && answer.json["updatedAt"] == .null)
        #expect(answer.json["effective"]?["concurrency"] == ["value": 100, "from": "system"])
        #expect(answer.json["effective"]?["keepRunsDays"] == ["value": 180, "from": "system"])
        #expect(answer.json["effective"]?["timeoutMs"] == ["value": 1_800_000, "from": "system"])
    }

    @Test func `a change says who decides now, is written down, and loses against a faster one`() throws {
        let first = put(["concurrency": 7, "retry": ["maxAttempts": 2, "on": ["timeout"]]], ifMatch: "\"0\"")
        #expect(first.status == 200 && first.header("ETag") == "\"1\"", "\(first)")
        #expect(first.json["effective"]?["concurrency"] == ["value": 7, "from": "project"])
        #expect(first.json["effective"]?["retry"]?["value"]?["maxAttempts"] == 2)
        #expect(first.json["system"]?["concurrency"] == 100)
        let late = put(["concurrency": 8], ifMatch: "\"0\"")
        #expect(late.status == 412 && late.json["currentVersion"] == 1)
        #expect(put(["concurrency": 0]).pointers == ["/concurrency"])
        #expect(put(["colour": 1]).pointers == ["/colour"])
        #expect(put(["timeoutMs": 5000], ifMatch: "\"1\"").json["concurrency"] == .null, "PUT replaces all")
        let lines = bench.send("GET", "/api/v1/audit?action=project.settings").items
        #expect(lines.count == 2)
        #expect(lines.first?["before"]?["concurrency"] == 7 && lines.first?["after"]?["timeoutMs"] == 5000)
    }

    @Test func `the later of project, suite, case and request decides, and the run keeps it`() throws {
        _ = put(["timeoutMs": 70_000, "stepTimeoutMs": 8000])
        #expect(held(["testCase": "hello"])?["timeoutMs"] == ["value": 70_000, "from": "project"])
        #expect(held(["testCase": "hello"])?["stepTimeoutMs"] == ["value": 8000, "from": "project"])
        #expect(held(["testCase": "hello", "timeoutMs": 3])?["timeoutMs"] == ["value": 3, "from": "request"])
        let suite = bench.send(
            "PATCH", "/api/v1/test-suites/\(world.testSuite)", json: ["options": ["timeoutMs": 60_000]])
        #expect(suite.status == 200, "\(suite)")
        #expect(held(["testSuite": "smoke"])?["timeoutMs"] == ["value": 60_000, "from": "suite"])
        _ = bench.send("PATCH", "/api/v1/test-cases/\(world.testCase)", json: ["timeoutMs": 50_000])
        #expect(held(["testCase": "hello"])?["timeoutMs"] == ["value": 50_000, "from": "case"])
        let run = bench.send("POST", "/api/v1/executions", json: ["project": "demo", "testCase": "second"])
        let id = try #require(run.json["id"]?.string)
        _ = put(["timeoutMs": 1000])
        let kept = bench.send("GET", "/api/v1/executions/\(id)").json["settings"]
        #expect(kept?["timeoutMs"] == ["value": 70_000, "from": "project"])
    }

    // MARK: The archive

    @Test func `an archived project is read, and nothing starts or changes in it`() throws {
        let manager = "test_manager"
        #expect(bench.send("POST", "/api/v1/projects/demo/archive", json: ["key": "other"]).pointers == ["/key"])
        let away = bench.send("POST", "/api/v1/projects/demo/archive", json: ["key": "demo"])
        #expect(away.status == 200 && away.json["archivedAt"]?.string != nil, "\(away)")
        let run: JSONValue = ["project": "demo", "testCase": "hello"]
        #expect(bench.send("POST", "/api/v1/executions", as: manager, json: run).code == "project_archived")
        #expect(bench.send("POST", "/api/v1/executions", json: run).status == 409, "an admin neither")
        let environment: JSONValue = ["name": "dev"]
        #expect(bench.send("POST", "/api/v1/environments?project=demo", as: manager, json: environment).status == 409)
        let path = "/api/v1/test-cases/\(world.testCase)"
        #expect(bench.send("PATCH", path, as: manager, json: ["name": "x"]).code == "project_archived")
        #expect(put(["concurrency": 1]).code == "project_archived")
        #expect(
            bench.send("PATCH", path, as: "viewer", json: ["name": "x"]).status == 403, "who may not learns nothing")
        #expect(bench.send("GET", path, as: "viewer").status == 200)
        #expect(bench.send("GET", "/api/v1/executions?project=demo", as: "viewer").items.count == 1)
        #expect(
            bench.send("POST", "/api/v1/executions/\(world.execution)/cancellation", as: manager, json: [:]).status
                == 202)
        let me = bench.send("GET", "/api/v1/auth/me", as: "viewer").json["user"]?["memberships"]?.array?.first
        #expect(me?["archived"] == true)
        #expect(bench.send("GET", "/api/v1/projects", as: "viewer").items.first?["archivedAt"]?.string != nil)
        #expect(bench.send("POST", "/api/v1/projects/demo/archive", json: ["key": "demo"]).json == away.json)
        #expect(bench.send("GET", "/api/v1/projects?archived=true").items.map { $0["key"] } == ["demo"])
        #expect(bench.send("GET", "/api/v1/projects?archived=false").items.map { $0["key"] } == ["other"])
        let back = bench.send("DELETE", "/api/v1/projects/demo/archive")
        #expect(back.status == 200 && back.json["archivedAt"] == .null)
        #expect(bench.send("POST", "/api/v1/executions", as: manager, json: run).status == 201)
        let words = bench.send("GET", "/api/v1/audit?action=project&project=demo").items.compactMap {
            $0["action"]?.string
        }
        #expect(words.filter { $0.hasSuffix("archive") } == ["project.unarchive", "project.archive"])
    }
}
