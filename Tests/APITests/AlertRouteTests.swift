import Domain
import Testing

@Suite struct AlertRouteTests {
    let bench: Bench
    let things: Things

    init() throws {
        bench = try Bench()
        things = try Things(bench)
    }

    private func rule(_ more: [String: JSONValue] = [:]) -> JSONValue {
        let rule: [String: JSONValue] = [
            "name": "nightly", "metric": "passRate", "suite": "smoke", "comparison": "below", "threshold": 0.9,
            "window": ["runs": 2], "severity": "critical",
        ]
        return .object(rule.merging(more) { _, new in new })
    }

    @Test func `a rule is made, changed and deleted`() throws {
        let made = bench.send(
            "POST", "/api/v1/alerts/rules", as: "test_manager",
            json: rule(["project": "demo", "channels": [.string(things.id("channels"))]]))
        #expect(made.status == 201 && made.json["minimumSamples"] == 2, "a short window lowers the default: \(made)")
        let path = "/api/v1/alerts/rules/\(made.json["id"]?.string ?? "")"
        #expect(made.header("Location") == path)
        #expect(bench.send("GET", path, as: "viewer").json == made.json)
        let put = bench.send("PUT", path, json: rule(["threshold": 0.5, "minimumSamples": 1]))
        #expect(put.json["threshold"] == 0.5 && put.json["channels"] == [])
        #expect(bench.send("POST", "/api/v1/alerts/rules", json: rule(["project": "demo"])).code == "already_exists")
        #expect(bench.send("PUT", path, json: rule(["minimumSamples": 9])).pointers == ["/minimumSamples"])
        let missing: JSONValue = [.string("\(UUIDv7(at: Bench.now))")]
        #expect(bench.send("PUT", path, json: rule(["channels": missing])).pointers == ["/channels/0"])
        let page = bench.send("GET", "/api/v1/alerts/rules?project=demo&limit=1")
        let cursor = page.json["nextCursor"]?.string ?? ""
        #expect(bench.send("GET", "/api/v1/alerts/rules?project=demo&cursor=\(cursor)").items.count == 1)
        #expect(bench.send("DELETE", path).status == 204)
        #expect(bench.send("GET", path).status == 404)
    }

    @Test func `an alert is taken once`() {
        let path = "/api/v1/alerts/\(things.id("alerts"))/acknowledge"
        #expect(bench.send("GET", "/api/v1/alerts/active?project=demo", as: "viewer").items.count == 1)
        let taken = bench.send("POST", path, as: "dev_lead", json: ["comment": "looking"])
        #expect(taken.json["state"] == "acknowledged" && taken.json["comment"] == "looking")
        #expect(taken.json["acknowledgedBy"]?["name"] == "test")
        let again = bench.send("POST", path, as: "dev_lead", json: [:])
        #expect(again.status == 409 && again.code == "invalid_transition")
        #expect(bench.send("GET", "/api/v1/alerts?project=demo&state=acknowledged").items.count == 1)
        #expect(bench.send("GET", "/api/v1/alerts?project=demo&state=open").items.isEmpty)
        #expect(bench.send("GET", "/api/v1/projects/demo/counts").json["alertsOpen"] == 0)
    }

    @Test func `an alert is ended by hand with a reason, once`() {
        let path = "/api/v1/alerts/\(things.id("alerts"))/resolve"
        #expect(bench.send("POST", path, as: "dev_lead", json: [:]).pointers == ["/comment"])
        #expect(bench.send("POST", path, as: "viewer", json: ["comment": "over"]).status == 403)
        let ended = bench.send("POST", path, as: "dev_lead", json: ["comment": "The server was down."])
        #expect(ended.json["state"] == "resolved" && ended.json["resolution"] == "The server was down.", "\(ended)")
        #expect(bench.send("POST", path, as: "dev_lead", json: ["comment": "again"]).code == "invalid_transition")
        #expect(bench.send("GET", "/api/v1/alerts/active?project=demo", as: "viewer").items.isEmpty)
    }

    @Test func `a channel shows a made secret once`() {
        let body: JSONValue = ["name": "mail", "kind": "email", "email": ["to": ["a@example.org"]]]
        let mail = bench.send("POST", "/api/v1/channels", as: "test_manager", json: body.replacing("project", "demo"))
        #expect(mail.json["email"]?["to"] == ["a@example.org"])
        let hook: JSONValue = ["name": "hook 2", "kind": "webhook", "webhook": ["url": "https://example.org/h"]]
        let made = bench.send("POST", "/api/v1/channels", json: hook.replacing("project", "demo"))
        #expect(made.json["webhook"]?["secret"]?.string?.hasPrefix("whsec_") == true)
        let path = "/api/v1/channels/\(made.json["id"]?.string ?? "")"
        let put = bench.send("PUT", path, json: hook.replacing("name", "hook 3"))
        #expect(put.json["name"] == "hook 3" && put.json["webhook"]?["secret"] == nil)
        #expect(bench.send("GET", "/api/v1/channels?project=demo").items.allSatisfy { $0["webhook"]?["secret"] == nil })
        let test = bench.send("POST", path + "/test")
        #expect(test.status == 202)
        let sent = bench.send("GET", "/api/v1/notifications?project=demo&channel=\(made.json["id"]?.string ?? "")")
        #expect(sent.items.first?["id"] == test.json["notification"] && sent.items.first?["occasion"] == "test")
        #expect(
            bench.send("POST", "/api/v1/channels", json: hook.replacing("project", "demo").replacing("name", "mail"))
                .status == 409)
        #expect(bench.send("DELETE", path).status == 204)
        #expect(bench.send("POST", path + "/test").status == 404)
    }

    @Test func `metrics are asked for by suite or by case`() {
        let path = "/api/v1/aggregation/metrics?project=demo"
        let empty = bench.send(
            "GET", path + "&bucket=hour&suite=smoke&from=2026-01-01T00:00:00Z&to=2026-01-02T00:00:00Z")
        #expect(empty.items.isEmpty && empty.json["nextCursor"] == .null)
        #expect(bench.send("GET", path + "&suite=a&case=b").pointers == ["?case"])
        #expect(bench.send("GET", path + "&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z").pointers == ["?to"])
        #expect(bench.send("GET", path + "&case=hello&environment=staging").status == 200)
        #expect(bench.send("GET", path + "&kind=case&bucket=week").pointers == ["?bucket"])
    }
}
