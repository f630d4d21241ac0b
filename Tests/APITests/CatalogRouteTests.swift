import Domain
import FastCGI
import Testing

@Suite struct CatalogRouteTests {
    let bench: Bench
    let world: World

    init() throws {
        bench = try Bench()
        world = try World(bench)
    }

    @Test func `a case is made, read, replaced, patched and deleted by version`() throws {
        let path = "/api/v1/test-cases/\(world.testCase)"
        let read = bench.send("GET", path, as: "viewer")
        #expect(read.json["project"] == "demo" && read.json["version"] == 1 && read.header("ETag") == "\"1\"")
        let same = bench.send("PUT", path, json: read.json, headers: [("If-Match", "\"1\"")])
        #expect(same.status == 200 && same.json["version"] == 1, "what a GET showed changes nothing: \(same)")
        let patched = bench.send(
            "PATCH", path, as: "qa_engineer", json: ["name": "New name"], headers: [("If-Match", "\"1\"")])
        #expect(patched.json["version"] == 2 && patched.json["name"] == "New name" && patched.header("ETag") == "\"2\"")
        let late = bench.send("PATCH", path, json: ["name": "Late"], headers: [("If-Match", "\"1\"")])
        #expect(late.status == 412 && late.code == "precondition_failed" && late.json["currentVersion"] == 2)
        #expect(bench.send("PATCH", path, json: ["name": "x"], headers: [("If-Match", "\"x\"")]).status == 412)
        #expect(
            bench.send("PUT", path, json: ["key": "other", "name": "x", "steps": []]).pointers.contains("/key") == false
        )
        #expect(bench.send("GET", path + "/versions").items.compactMap { $0["version"]?.integer } == [2, 1])
        #expect(bench.send("GET", path + "/versions?limit=1").json["nextCursor"] != .null)
        #expect(bench.send("DELETE", path, headers: [("If-Match", "\"1\"")]).status == 412)
        let second = bench.send("GET", "/api/v1/test-cases?project=demo&q=second&limit=1").items
        let id = try #require(second.first?["id"]?.string)
        #expect(bench.send("DELETE", "/api/v1/test-suites/\(world.testSuite)").status == 204)
        #expect(bench.send("DELETE", "/api/v1/test-cases/\(id)").status == 204)
        #expect(bench.send("GET", "/api/v1/test-cases/\(id)").status == 404)
    }

    @Test func `If-Match is a list, compared strongly`() {
        let path = "/api/v1/test-cases/\(world.testCase)"
        func patch(_ tags: String) -> Int {
            bench.send("PATCH", path, json: ["name": "Say hello"], headers: [("If-Match", tags)]).status
        }
        for tags in ["\"7\", \"1\"", "*", " \"1\" ", "W/\"1\",\"1\""] { #expect(patch(tags) == 200, "\(tags)") }
        for tags in ["\"7\", \"8\"", "W/\"1\"", "1", "\"", "\"\"", "\"1"] { #expect(patch(tags) == 412, "\(tags)") }
    }

    @Test func `environments keep the same rule`() {
        let path = "/api/v1/environments/staging?project=demo"
        func put(_ value: JSONValue, _ tags: String) -> Answer {
            bench.send("PUT", path, json: ["variables": ["BASE": value]], headers: [("If-Match", tags)])
        }
        let first = put("http://y", "\"1\"")
        #expect(first.status == 200 && first.header("ETag") == "\"2\"")
        let late = put("http://z", "\"1\"")
        #expect(late.status == 412 && late.json["currentVersion"] == 2)
        #expect(put("http://z", "\"1\", \"2\"").header("ETag") == "\"3\"")
        let absent = bench.send(
            "PUT", "/api/v1/environments/absent?project=demo", json: ["variables": [:]], headers: [("If-Match", "*")])
        #expect(absent.status == 412 && absent.json["currentVersion"] == .null)
        #expect(bench.send("DELETE", path, headers: [("If-Match", "\"1\"")]).status == 412)
        #expect(bench.send("DELETE", path, headers: [("If-Match", "\"3\"")]).status == 204)
    }

    @Test func `lists answer 304 to who has them already`() throws {
        let path = "/api/v1/test-cases?project=demo&tag=quick"
        let first = bench.send("GET", path)
        let tag = try #require(first.header("ETag"))
        let again = bench.send("GET", path, headers: [("If-None-Match", "W/\"x\", \(tag)")])
        #expect(again.status == 304 && again.response.body.isEmpty && again.header("ETag") == tag)
        #expect(bench.send("GET", path, headers: [("If-None-Match", "\"x\"")]).status == 200)
        #expect(bench.send("GET", path, headers: [("If-None-Match", "*")]).status == 304)
    }

    @Test func `suites show how they have been doing`() {
        _ = bench.send("POST", "/api/v1/executions", json: ["project": "demo", "testSuite": "smoke"])
        let suites = bench.send("GET", "/api/v1/test-suites?project=demo&include=history")
        #expect(suites.items.first?["history"] == ["pending"])
        #expect(suites.items.first?["caseCount"] == 2)
        #expect(suites.items.first?["lastRun"]?["number"] == 2)
        #expect(suites.items.first?["medianMs"] == .null)
        let plain = bench.send("GET", "/api/v1/test-suites?project=demo")
        #expect(plain.items.first?["history"] == nil)
    }

    @Test func `a taken key is a conflict, a wrong definition names every fault`() {
        let path = "/api/v1/test-cases?project=demo"
        #expect(bench.send("POST", path, json: World.caseBody("hello")).status == 409)
        let wrong = bench.send("POST", path, json: ["key": "A", "name": 1, "steps": [["name": "x"]], "colour": 1])
        #expect(wrong.status == 422)
        #expect(Set(wrong.pointers).isSuperset(of: ["/key", "/name", "/steps/0", "/colour"]), "\(wrong)")
        let suite: JSONValue = ["key": "s", "name": "S", "cases": ["nope"]]
        #expect(bench.send("POST", "/api/v1/test-suites?project=demo", json: suite).pointers == ["/cases/0"])
    }

    private let document = """
        testCases:
          - key: yaml-case
            name: From YAML
            steps:
              - name: pause
                wait: {durationMs: 1}
        testSuites:
          - key: yaml-suite
            name: From YAML
            cases: [yaml-case, hello]
        """

    private func apply(_ text: String, dryRun: Bool = false, as name: String, type: String = "application/yaml")
        -> Answer
    {
        bench.send(
            "POST", "/api/v1/catalog/apply?project=demo&dryRun=\(dryRun)", as: name, bytes: Array(text.utf8),
            contentType: type)
    }

    @Test func `a whole project is applied, after a dry run says what would change`() {
        let dry = apply(document, dryRun: true, as: "qa_engineer")
        #expect(dry.json["dryRun"] == true)
        #expect(dry.json["changes"]?.array?.compactMap { $0["action"]?.string } == ["create", "create"], "\(dry)")
        #expect(bench.send("GET", "/api/v1/test-cases?project=demo&q=yaml").items.isEmpty)
        #expect(apply(document, as: "qa_engineer").json["changes"] == dry.json["changes"])
        let again = apply(document, as: "qa_engineer")
        #expect(again.json["changes"]?.array?.compactMap { $0["action"]?.string } == ["unchanged", "unchanged"])
        #expect(apply("testCases: [", as: "qa_engineer").status == 422)
        #expect(apply("{}", as: "qa_engineer", type: "text/plain").status == 415)
        #expect(apply("{\"testCases\":[{\"key\":\"x\"}]}", as: "qa_engineer", type: "application/json").status == 422)
    }

    @Test func `a document does not get around the right to change environments`() {
        let text = "environments:\n  - name: prod\n    variables: {BASE: http://x}\n"
        #expect(apply(text, as: "qa_engineer").status == 403)
        #expect(apply(text, dryRun: true, as: "qa_engineer").status == 200)
        #expect(apply(text, as: "test_manager").json["changes"]?.array?.first?["kind"] == "environment")
        #expect(apply(text, as: "qa_engineer").status == 200, "nothing to change")
    }
}
