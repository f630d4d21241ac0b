import Domain
import Testing

/// Things of project `demo`, made through the door.
struct World {
    let bench: Bench
    let testCase: String
    let testSuite: String
    let testItem: String
    let execution: String

    init(_ bench: Bench) throws {
        self.bench = bench
        testCase = try World.make(bench, "/api/v1/test-cases?project=demo", World.caseBody("hello"))
        _ = try World.make(bench, "/api/v1/test-cases?project=demo", World.caseBody("second"))
        testSuite = try World.make(
            bench, "/api/v1/test-suites?project=demo",
            ["key": "smoke", "name": "Smoke", "cases": ["hello", "second"], "options": ["parallel": 1]])
        testItem = try World.make(
            bench, "/api/v1/test-items?project=demo",
            ["key": "data", "name": "Data", "parameters": ["who": "item", "only": "item"]])
        _ = try World.make(
            bench, "/api/v1/environments?project=demo", ["name": "staging", "variables": ["BASE": "http://x"]],
            id: "name")
        execution = try World.make(bench, "/api/v1/executions", ["project": "demo", "testCase": "hello"])
    }

    static func caseBody(_ key: String) -> JSONValue {
        [
            "key": .string(key), "name": "Say hello", "tags": ["quick"],
            "steps": [["name": "echo", "command": ["argv": ["echo", "${secret:TOKEN}"]]]],
        ]
    }

    @discardableResult
    static func make(_ bench: Bench, _ path: String, _ body: JSONValue, id: String = "id") throws -> String {
        let answer = bench.send("POST", path, json: body)
        try #require(answer.status == 201, "\(path) \(answer)")
        return try #require(answer.json[id]?.string)
    }

    /// An enrolled agent with an open session.
    func agent() throws -> (id: String, headers: [(String, String)]) {
        let token = try World.make(bench, "/api/v1/agents/enrolment-tokens", ["project": "demo"], id: "token")
        let registered = bench.send(
            "POST", "/api/v1/agents/register", as: nil,
            json: [
                "token": .string(token), "name": "worker", "labels": [], "slots": 2, "protocol": ["min": 1, "max": 1],
            ])
        try #require(registered.status == 201, "\(registered)")
        let credential = try #require(registered.json["credential"]?.string)
        let bearer = ("Authorization", "Bearer \(credential)")
        let opened = bench.send(
            "POST", "/agent/v1/session", as: nil,
            json: ["protocol": 1, "labels": [], "slots": 2, "isolation": "none"], headers: [bearer])
        try #require(opened.status == 201, "\(opened)")
        let session = try #require(opened.json["session"]?.string)
        return (try #require(registered.json["agent"]?["id"]?.string), [bearer, ("Assay-Session", session)])
    }
}
