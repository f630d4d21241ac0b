import Domain
import MariaDB
import Support
import Testing

@Suite struct BulkRouteTests {
    let bench: Bench
    let world: World

    init() throws {
        bench = try Bench()
        world = try World(bench)
    }

    private func start(_ branch: String) throws -> String {
        let answer = bench.send(
            "POST", "/api/v1/executions", as: "qa_engineer",
            json: ["project": "demo", "testCase": "hello", "revision": ["branch": .string(branch)]])
        return try #require(answer.json["id"]?.string)
    }

    private func status(_ id: String) -> JSONValue? {
        bench.send("GET", "/api/v1/executions/\(id)", as: "viewer").json["status"]
    }

    private func bulk(_ action: String, _ body: JSONValue, as name: String = "qa_engineer") -> Answer {
        bench.send("POST", "/api/v1/executions/bulk-\(action)", as: name, json: body)
    }

    @Test func `a preview says what would be hit and does nothing`() throws {
        let one = try start("feature")
        let other = try start("main")
        let answer = bulk("cancellation", ["project": "demo", "filter": ["branch": "feature"], "preview": true])
        #expect(answer.status == 200 && answer.json["matched"] == 1 && answer.json["results"] == [])
        #expect(answer.json["items"]?.array?.first?["id"] == .string(one))
        #expect(status(one) == "pending" && status(other) == "pending")
    }

    @Test func `a filter cancels what matches, with the reason, and nothing else`() throws {
        let (one, two, other) = (try start("feature"), try start("feature"), try start("main"))
        let answer = bulk(
            "cancellation", ["project": "demo", "filter": ["branch": "feature"], "reason": "Wrong branch."])
        #expect(answer.json["matched"] == 2)
        #expect(answer.json["results"]?.array?.allSatisfy { $0["problem"] == .null } == true)
        #expect(status(one) == "cancelled" && status(two) == "cancelled" && status(other) == "pending")
        let read = bench.send("GET", "/api/v1/executions/\(one)", as: "viewer").json
        #expect(read["cancelReason"] == "Wrong branch." && read["cancelledBy"]?["name"] != nil)
        let again = bulk("cancellation", ["project": "demo", "filter": ["branch": "feature"]])
        #expect(again.json["matched"] == 0, "what has ended is not hit again")
    }

    @Test func `lists of suites, kinds and people narrow, the tokens of people with them`() throws {
        let one = try start("main")
        let (qa, viewer) = (try #require(bench.users["qa_engineer"]), try #require(bench.users["viewer"]))
        func found(_ query: String) -> JSONValue? {
            let page = bench.send("GET", "/api/v1/executions?project=demo&\(query)", as: "viewer")
            return page.json["items"]?.array.map { .array($0.compactMap { $0["id"] }) }
        }
        #expect(found("startedBy=\(qa)") == [.string(one)], "by a token of theirs")
        #expect(found("startedBy=\(viewer)") == [])
        #expect(found("startedBy=\(viewer),\(qa)") == [.string(one)])
        #expect(found("kind=suite,case&startedBy=\(qa)") == [.string(one)])
        #expect(found("kind=suite,import&startedBy=\(qa)") == [])
        #expect(found("suite=hello,other") == [], "a case is no suite of that name")
        #expect(found("case=hello&kind=suite") == [], "nothing is a case and a suite")
        #expect(found("environment=dev,test") == [])
        let preview: JSONValue = [
            "project": "demo", "preview": true,
            "filter": ["startedBy": [.string(qa.description), .string(viewer.description)], "kind": ["case"]],
        ]
        #expect(bulk("cancellation", preview).json["matched"] == 1)
        let none: JSONValue = ["project": "demo", "preview": true, "filter": ["environment": ["dev", "test"]]]
        #expect(bulk("cancellation", none).json["matched"] == 0)
    }

    @Test func `ids are hit only in their project`() throws {
        let one = try start("main")
        let foreign = bulk(
            "cancellation", ["project": "other", "ids": [.string(one)]], as: "admin")
        #expect(foreign.json["matched"] == 0)
        #expect(status(one) == "pending")
    }

    @Test func `a retry starts each again and says what it started`() throws {
        let one = try start("feature")
        #expect(bulk("retry", ["project": "demo", "ids": [.string(one)]]).json["matched"] == 0, "it has not ended")
        _ = bulk("cancellation", ["project": "demo", "ids": [.string(one)]])
        let answer = bulk("retry", ["project": "demo", "ids": [.string(one)]])
        let new = try #require(answer.json["results"]?.array?.first?["execution"]?.string)
        let read = bench.send("GET", "/api/v1/executions/\(new)", as: "viewer").json
        #expect(read["retryOf"] == .string(one) && read["revision"]?["branch"] == "feature")
    }

    @Test func `one that cannot be done is told, the others are done`() throws {
        let one = try start("feature")
        _ = bulk("cancellation", ["project": "demo", "ids": [.string(one)]])
        let answer = bench.send(
            "POST", "/api/v1/executions", as: "qa_engineer", json: ["project": "demo", "testSuite": "smoke"])
        let suite = try #require(answer.json["id"]?.string)
        // A run whose cases are gone has none that failed.
        try bench.database.pool.transaction {
            try $0.execute(
                "UPDATE executions SET status = 'passed', finished_at = UTC_TIMESTAMP(3) WHERE root_id = \(suite)")
        }
        let results =
            bulk(
                "retry", ["project": "demo", "ids": [.string(suite), .string(one)], "failedOnly": true]
            ).json["results"]?.array ?? []
        #expect(results.count == 2)
        #expect(results.first { $0["id"] == .string(one) }?["execution"] != .null)
        #expect(results.first { $0["id"] == .string(suite) }?["problem"] != .null)
    }

    @Test func `faults name their place`() {
        #expect(bulk("retry", ["project": "demo"]).status == 422)
        #expect(bulk("retry", ["project": "demo", "ids": [], "preview": true]).pointers == ["/ids"])
        #expect(bulk("cancellation", ["project": "demo", "filter": ["colour": "red"]]).pointers == ["/filter/colour"])
        #expect(
            bulk("cancellation", ["project": "demo", "filter": ["status": ["passed"]]]).json["matched"] == 0)
    }
}
