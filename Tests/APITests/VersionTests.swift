import API
import Domain
import MariaDB
import Support
import Testing

/// What people set up is not overwritten unseen, and can be switched off and on.
@Suite struct VersionTests {
    let bench: Bench
    let things: Things

    init() throws {
        bench = try Bench()
        things = try Things(bench)
    }

    private static let bodies: [String: JSONValue] = [
        "alerts/rules": [
            "name": "renamed", "metric": "passRate", "suite": "smoke", "comparison": "below", "threshold": 0.8,
            "window": ["runs": 5],
        ],
        "channels": ["name": "renamed", "kind": "webhook", "webhook": ["url": "https://example.org/new"]],
        "triggers": ["name": "renamed", "provider": "github", "suite": "smoke", "branch": "release/*"],
        "subscriptions": ["name": "renamed", "url": "https://example.org/new", "events": ["alert.opened"]],
    ]

    private func path(_ noun: String) -> String {
        "/api/v1/\(noun)/\(things.id(noun == "alerts/rules" ? "rules" : noun))"
    }

    @Test(arguments: ["alerts/rules", "channels", "triggers", "subscriptions"])
    func `two who edit do not overwrite each other`(noun: String) throws {
        let (path, body) = (path(noun), try #require(Self.bodies[noun]))
        func send(_ method: String, _ body: JSONValue?, _ tag: String?) -> Answer {
            bench.send(
                method, path, as: "test_manager", json: body, headers: tag.map { [("If-Match", $0)] } ?? [])
        }
        let first = bench.send("GET", path, as: "viewer")
        let tag = try #require(first.header("ETag"))
        #expect(first.json["version"] == 1 && tag.hasPrefix("\"1."))
        #expect(bench.send("GET", path, headers: [("If-None-Match", tag)]).status == 304)
        let changed = send("PUT", body, tag)
        #expect(
            changed.status == 200 && changed.json["version"] == 2 && changed.json["name"] == "renamed", "\(changed)")
        for late in [send("PUT", body, tag), send("PATCH", ["disabled": true], "\"1\""), send("DELETE", nil, tag)] {
            #expect(late.status == 412 && late.json["currentVersion"] == 2, "\(late)")
        }
        #expect(bench.send("GET", path).json["version"] == 2)
        #expect(send("PUT", body, nil).json["version"] == 3, "without If-Match the last one wins")
        #expect(send("DELETE", nil, "\"3\"").status == 204)
        #expect(send("GET", nil, nil).status == 404)
    }

    @Test(arguments: ["alerts/rules", "channels", "triggers", "subscriptions"])
    func `each is switched off and on, once, and it is written down`(noun: String) {
        let path = path(noun)
        func set(_ disabled: Bool) -> Answer {
            bench.send("PATCH", path, as: "test_manager", json: ["disabled": .bool(disabled)])
        }
        let off = set(true)
        #expect(off.status == 200 && off.json["disabledAt"]?.string != nil && off.json["version"] == 2, "\(off)")
        if off.json["disabledReason"] != nil { #expect(off.json["disabledReason"] == "byHand") }
        #expect(set(true).json["version"] == 2, "off already")
        let on = set(false)
        #expect(on.json["disabledAt"] == .null && on.json["version"] == 3)
        let words = bench.send("GET", "/api/v1/audit?target=\(off.json["id"]?.string ?? "")").items
            .compactMap { $0["action"]?.string }
        #expect(words.count { $0.hasSuffix(".disable") } == 2 && words.count { $0.hasSuffix(".enable") } == 1)
    }

    @Test func `a rule that is switched off ends its alert and says who did`() throws {
        let rule: ID<AlertRule> = try #require(ID(things.id("rules")))
        try bench.database.pool.transaction { tx in
            try tx.execute("UPDATE alerts SET rule_id = \(rule)")
            try tx.execute("UPDATE alert_rules SET active_alert_id = \(UUIDv7(things.id("alerts"))) WHERE id = \(rule)")
        }
        #expect(bench.send("PATCH", path("alerts/rules"), json: ["disabled": true]).json["activeAlert"] == .null)
        let alert = bench.send("GET", "/api/v1/alerts?project=demo").items.first
        #expect(alert?["state"] == "resolved" && alert?["resolution"] == "The rule was switched off.")
        #expect(alert?["resolvedBy"]?["name"] == "test")
    }

    @Test func `a trigger keeps its address and its secret when it is changed, and a new secret replaces the old`()
        throws
    {
        let before = bench.send("GET", path("triggers"))
        let body = try #require(Self.bodies["triggers"])
        let changed = bench.send("PUT", path("triggers"), json: body)
        #expect(changed.json["url"] == before.json["url"] && changed.json["branch"] == "release/*")
        #expect(changed.json["secret"] == nil)
        let sealed = try secret()
        _ = bench.send("PUT", path("triggers"), json: body)
        #expect(try secret() == sealed)
        let rotated = bench.send("POST", path("triggers") + "/secret", as: "test_manager")
        #expect(rotated.json["secret"]?.string?.count == 43 && rotated.header("Cache-Control") == "no-store")
        #expect(try secret() != sealed)
        let line = bench.send("GET", "/api/v1/audit?action=trigger.change").items.last
        #expect(line?["before"]?["branch"] == "" && line?["after"]?["branch"] == "release/*")
    }

    private func secret() throws -> [UInt8]? {
        try bench.database.pool.read { try $0.first("SELECT secret FROM triggers")?.bytes("secret") }
    }
}
