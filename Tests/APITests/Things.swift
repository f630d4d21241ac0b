import API
import Domain
import MariaDB
import Support
import Testing

/// One of each thing that has an id, and requests that would change none of them.
struct Things {
    let bench: Bench
    let world: World
    private let ids: [String: String]
    private let channel: JSONValue = [
        "project": "demo", "name": "hook", "kind": "webhook", "webhook": ["url": "https://example.org/hook"],
    ]
    private let rule: JSONValue = [
        "project": "demo", "name": "rule", "metric": "passRate", "suite": "smoke", "comparison": "below",
        "threshold": 0.9, "window": ["runs": 10],
    ]
    private let trigger: JSONValue = ["project": "demo", "name": "push", "provider": "github", "suite": "smoke"]
    private let subscription: JSONValue = [
        "project": "demo", "name": "told", "url": "https://example.org/told", "events": ["execution.finished"],
    ]

    init(_ bench: Bench) throws {
        self.bench = bench
        world = try World(bench)
        let rule = try World.make(bench, "/api/v1/alerts/rules", rule)
        let alert = UUIDv7(at: Bench.now)
        try bench.database.pool.transaction { tx in
            _ = try tx.execute(
                """
                INSERT INTO alerts (id, project_id, rule_id, rule_name, suite_key, state, severity, value, threshold,
                  samples, sentence, opened_at)
                VALUES (\(alert), \(bench.project), \(UUIDv7(rule)), 'rule', 'smoke', 'open', 'warning', 0.5, 0.9, 10,
                  'Smoke is below.', \(tx.now))
                """)
        }
        let file = UUIDv7(at: Bench.now)
        try bench.database.pool.transaction { tx in
            _ = try tx.execute(
                """
                INSERT INTO import_files (id, project_id, state, name, format, bytes, request, received_at, read_at)
                VALUES (\(file), \(bench.project), 'read', 'report.xml', 'junit', 10,
                  '{"allowEmpty":false,"startedBy":{"kind":"user","id":"1","name":"Alice"}}', \(tx.now), \(tx.now))
                """)
        }
        let agent = try world.agent().id
        let channel = try World.make(bench, "/api/v1/channels", channel)
        let tested = bench.send("POST", "/api/v1/channels/\(channel)/test")
        ids = [
            "notifications": try #require(tested.json["notification"]?.string), "test-cases": world.testCase,
            "test-suites": world.testSuite, "test-items": world.testItem,
            "executions": world.execution, "agents": agent, "rules": rule, "alerts": alert.description,
            "channels": channel, "results": file.description,
            "triggers": try World.make(bench, "/api/v1/triggers", trigger),
            "subscriptions": try World.make(bench, "/api/v1/subscriptions", subscription),
        ]
    }

    func id(_ noun: String) -> String { ids[noun] ?? UUIDv7(at: Bench.now).description }

    /// An id that may be deleted: its own for each call, so that the next caller finds one too.
    private func expendable(_ noun: String) -> String {
        let path = noun == "rules" ? "/api/v1/alerts/rules" : "/api/v1/\(noun)"
        let body: [String: JSONValue] = [
            "rules": rule, "channels": channel, "triggers": trigger, "subscriptions": subscription,
        ]
        guard var members = body[noun]?.object else { return id(noun) }
        members["name"] = .string("one \(UUIDv7(at: Bench.now))")
        return bench.send("POST", path, json: .object(members)).json["id"]?.string ?? ""
    }

    /// Path with the world's ids in place of parameters.
    func path(_ route: Route) -> String {
        var noun = ""
        return route.path.segments.map { segment in
            switch segment {
            case .literal(let text):
                noun = text
                return "/" + text
            case .parameter("p"): return "/demo"
            case .parameter("id"): return "/" + (route.method == .delete ? expendable(noun) : id(noun))
            case .parameter("userId"): return "/" + UUIDv7(at: Bench.now).description
            case .parameter, .rest: return "/absent"
            }
        }.joined()
    }

    /// A request that passes the permission check or not, and then does nothing: its body is empty or wrong.
    func call(_ route: Route, as name: String) -> Answer {
        let needsProject = route.query.contains { $0.name == "project" && $0.isRequired }
        let target = path(route) + (needsProject ? "?project=demo" : "")
        let person = name == "nobody" ? nil : name
        if route.method == .delete {
            return bench.send("DELETE", target, as: person, headers: [("If-Match", "\"0\"")])
        }
        switch route.access {
        case .project(_, .body), .project(_, .optionalBody):
            return bench.send(route.method.rawValue, target, as: person, json: ["project": "demo", "unknown": 1])
        default: return bench.send(route.method.rawValue, target, as: person, json: ["unknown": 1])
        }
    }
}
