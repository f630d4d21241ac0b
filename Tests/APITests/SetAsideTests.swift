import Domain
import Feed
import MariaDB
import Support
import Testing

@Suite struct SetAsideTests {
    private struct Fault: Error {}

    @Test func `admins see what was set aside, try it again and give it up; each is audited`() throws {
        let bench = try Bench()
        var aside = SetAside(loop: "rollups", pool: bench.database.pool)
        try aside.record("session:7", project: bench.project, detail: .null, error: Fault(), monotonicMs: 0)
        let listed = bench.send("GET", "/api/v1/set-aside", as: "admin")
        #expect(listed.items.map { $0["item"] } == ["session:7"])
        #expect(listed.items.first?["project"] == "demo" && listed.items.first?["error"] == "Fault()")
        #expect(
            bench.send("GET", "/readyz", as: nil).json["checks"]?["setAside"]?["detail"] == "1 items, see /set-aside")
        #expect(bench.send("POST", "/api/v1/set-aside/rollups/session:7/retry", as: "admin").status == 204)
        let due = try bench.database.pool.read {
            try $0.first("SELECT due_at <= UTC_TIMESTAMP(3) due FROM set_aside")?.bool("due")
        }
        #expect(due == true)
        #expect(bench.send("DELETE", "/api/v1/set-aside/rollups/session:7", as: "admin").status == 204)
        #expect(bench.send("DELETE", "/api/v1/set-aside/rollups/session:7", as: "admin").status == 404)
        #expect(bench.send("GET", "/api/v1/set-aside", as: "admin").items.isEmpty)
        let actions = try bench.database.pool.read {
            try $0.query("SELECT action FROM audit_log WHERE action LIKE 'setAside%' ORDER BY id")
        }
        #expect(try actions.map { try $0.text("action") } == ["setAside.retry", "setAside.drop"])
    }
}
