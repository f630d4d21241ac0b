import Crypto
import Domain
import FoundationEssentials
import Testing

@Suite struct IntegrationRouteTests {
    let bench: Bench
    let world: World

    init() throws {
        bench = try Bench()
        world = try World(bench)
    }

    private func trigger(_ more: [String: JSONValue] = [:]) -> Answer {
        let body: [String: JSONValue] = [
            "project": "demo", "name": "push", "provider": "github", "suite": "smoke", "branch": "main",
            "environment": "staging", "parameters": ["who": "github"],
        ]
        return bench.send(
            "POST", "/api/v1/triggers", as: "test_manager", json: .object(body.merging(more) { _, new in new }))
    }

    private func deliver(_ key: String, _ secret: String, id: String = "d-1", branch: String = "main") -> Answer {
        let body: JSONValue = [
            "ref": .string("refs/heads/\(branch)"), "after": "0123456789012345678901234567890123456789",
            "deleted": false,
            "head_commit": [
                "id": "0123456789012345678901234567890123456789", "message": "Fix", "url": "https://example.org/c",
            ],
        ]
        let bytes = body.serialized()
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Array(secret.utf8)))
        let signature = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return bench.send(
            "POST", "/api/v1/hooks/\(key)",
            headers: [
                ("Content-Type", "application/json"), ("X-GitHub-Event", "push"), ("X-GitHub-Delivery", id),
                ("X-Hub-Signature-256", "sha256=\(signature)"),
            ], body: bytes)
    }

    @Test func `a signed push starts the suite once`() throws {
        let made = trigger()
        #expect(made.status == 201, "\(made)")
        let key = try #require(made.json["key"]?.string)
        let secret = try #require(made.json["secret"]?.string)
        #expect(made.json["url"]?.string == "http://assay.test/api/v1/hooks/\(key)")
        #expect(deliver(key, "wrong").code == "invalid_signature")
        #expect(deliver("nobody", secret).status == 404)
        #expect(deliver(key, secret, id: "d-0", branch: "other").json["ignored"] != nil)
        let started = deliver(key, secret)
        #expect(started.status == 202 && started.json["execution"]?["number"] == 2, "\(started)")
        let id = try #require(started.json["execution"]?["id"]?.string)
        let run = bench.send("GET", "/api/v1/executions/\(id)")
        #expect(run.json["startedBy"]?["kind"] == "trigger" && run.json["startedBy"]?["name"] == "push")
        #expect(run.json["revision"]?["branch"] == "main" && run.json["environment"] == "staging")
        let again = deliver(key, secret)
        #expect(again.status == 200 && again.json["replayed"] == true && again.json["execution"]?["id"]?.string == id)
        #expect(again.json["sameBodyAs"] == .null)
        let captured = deliver(key, secret, id: "d-2")
        #expect(captured.status == 200 && captured.json["sameBodyAs"] == "d-1", "\(captured)")
        #expect(captured.json["execution"]?["id"]?.string == id)
        #expect(bench.send("GET", "/api/v1/executions?project=demo&suite=smoke").items.count == 1)
    }

    @Test func `a push for a suite that is gone says so, and a redelivery tries again`() throws {
        let made = trigger(["suite": "later", "name": "later"])
        let key = try #require(made.json["key"]?.string)
        let secret = try #require(made.json["secret"]?.string)
        let failed = deliver(key, secret)
        #expect(failed.status == 422 && failed.pointers == ["/testSuite"])
        try World.make(
            bench, "/api/v1/test-suites?project=demo", ["key": "later", "name": "Later", "cases": ["hello"]])
        #expect(deliver(key, secret).status == 202)
    }

    @Test func `what reached a trigger is shown and can be taken up again`() throws {
        let made = trigger(["suite": "later", "name": "later"])
        let (key, secret) = (made.json["key"]?.string ?? "", made.json["secret"]?.string ?? "")
        let path = "/api/v1/triggers/\(made.json["id"]?.string ?? "")/deliveries"
        _ = deliver(key, secret, id: "d-0", branch: "other")
        _ = deliver(key, secret)
        let first = bench.send("GET", path + "?limit=1", as: "viewer")
        #expect(first.items.map { $0["delivery"] } == ["d-1"] && first.items.first?["state"] == "failed")
        let cursor = try #require(first.json["nextCursor"]?.string)
        let second = bench.send("GET", path + "?limit=1&cursor=\(cursor)", as: "viewer")
        #expect(second.items.map { $0["delivery"] } == ["d-0"] && second.items.first?["reason"] == "branch")
        #expect(second.json["nextCursor"] == .null)
        let shown = bench.send("GET", path + "/d-1", as: "viewer")
        #expect(shown.json["payload"]?.string?.contains("refs/heads/main") == true && shown.json["branch"] == "main")
        #expect(bench.send("GET", path + "/d-9", as: "viewer").status == 404)
        #expect(bench.send("POST", path + "/d-1/redeliver", as: "viewer").status == 403)
        #expect(bench.send("POST", path + "/d-0/redeliver", as: "test_manager").json["ignored"] == "branch")
        #expect(bench.send("POST", path + "/d-1/redeliver", as: "test_manager").pointers == ["/testSuite"])
        try World.make(
            bench, "/api/v1/test-suites?project=demo", ["key": "later", "name": "Later", "cases": ["hello"]])
        let again = bench.send("POST", path + "/d-1/redeliver", as: "test_manager")
        let run = try #require(again.json["execution"]?["id"]?.string)
        #expect(bench.send("GET", path + "/d-1", as: "viewer").json["execution"] == .string(run))
        #expect(bench.send("POST", path + "/d-1/redeliver", as: "test_manager").status == 409)
        #expect(
            deliver(key, secret).json["execution"]?["id"]?.string == run, "the sender's own repetition starts nothing")
    }

    @Test func `triggers are listed without secrets and deleted`() {
        let made = trigger(["secret": "my own secret, long"])
        #expect(made.json["secret"] == nil)
        #expect(trigger().code == "already_exists")
        let list = bench.send("GET", "/api/v1/triggers?project=demo", as: "viewer")
        #expect(list.items.count == 1 && list.items.first?["secret"] == nil)
        let path = "/api/v1/triggers/\(made.json["id"]?.string ?? "")"
        #expect(bench.send("DELETE", path, as: "test_manager").status == 204)
        #expect(bench.send("DELETE", path, as: "test_manager").status == 404)
        #expect(trigger(["events": ["star"]]).pointers == ["/events/0"])
    }

    @Test func `a subscription is made, replaced and deleted`() {
        let body: JSONValue = [
            "name": "told", "url": "https://example.org/told", "events": ["execution.finished"],
            "filter": ["suite": "smoke", "status": "failed"],
        ]
        let made = bench.send(
            "POST", "/api/v1/subscriptions", as: "test_manager", json: body.replacing("project", "demo"))
        #expect(made.status == 201 && made.json["secret"]?.string?.hasPrefix("whsec_") == true, "\(made)")
        #expect(made.json["filter"] == ["suite": "smoke", "status": ["failed"]])
        let path = "/api/v1/subscriptions/\(made.json["id"]?.string ?? "")"
        let put = bench.send("PUT", path, json: body.replacing("filter", ["status": ["failed", "timeout"]]))
        #expect(put.json["filter"] == ["suite": .null, "status": ["failed", "timeout"]] && put.json["secret"] == nil)
        #expect(bench.send("GET", "/api/v1/subscriptions?project=demo").items.count == 1)
        #expect(bench.send("GET", path + "/deliveries?limit=5").items.isEmpty)
        #expect(bench.send("POST", "/api/v1/subscriptions", json: body.replacing("project", "demo")).status == 409)
        #expect(bench.send("PUT", path, json: body.replacing("secret", "not one")).pointers == ["/secret"])
        let rotated = bench.send("POST", path + "/secret", as: "test_manager").json["secret"]?.string
        #expect(rotated?.hasPrefix("whsec_") == true && rotated != made.json["secret"]?.string)
        let nothing = "/deliveries/\(made.json["id"]?.string ?? "")/replay"
        #expect(bench.send("POST", path + nothing, as: "test_manager").status == 404)
        #expect(bench.send("DELETE", path).status == 204)
        #expect(bench.send("GET", path + "/deliveries").status == 404)
    }
}
