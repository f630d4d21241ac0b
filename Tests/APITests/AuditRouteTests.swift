import API
import Domain
import FastCGI
import MariaDB
import Support
import Testing

/// Refusals and readings that matter are written down, without filling the log.
@Suite struct AuditRouteTests {
    let bench: Bench

    init() throws { bench = try Bench() }

    private func lines(_ action: String) throws -> [(outcome: String, target: String, after: JSONValue?)] {
        try bench.database.pool.read { connection in
            try connection.query(
                "SELECT outcome, target_id, after_value FROM audit_log WHERE action = \(action) ORDER BY id"
            ).map { (try $0.text("outcome"), try $0.text("target_id"), try $0.jsonOrNil("after_value")) }
        }
    }

    @Test func `a loop of refusals is answered and cannot fill the log`() throws {
        for _ in 0..<50 { #expect(bench.send("GET", "/api/v1/users", as: "viewer").status == 403) }
        #expect(try lines("access.refused").count == 20)
        _ = bench.send("GET", "/api/v1/users", as: "ci")
        #expect(try lines("access.refused").count == 21, "another caller has a count of its own")
    }

    @Test func `a refusal that a handler decides is written too`() throws {
        let answer = bench.send(
            "POST", "/api/v1/catalog/apply?project=demo", as: "qa_engineer",
            json: ["environments": [["name": "dev", "variables": ["A": "1"]]]])
        #expect(answer.status == 403, "\(answer)")
        #expect(try lines("access.refused").map(\.target) == ["POST /api/v1/catalog/apply"])
        #expect(bench.send("POST", "/api/v1/auth/refresh", as: nil, json: [:]).code == "origin_refused")
        #expect(try lines("access.refused").count == 2)
    }

    @Test func `reading the log and the list of users is written once in a while`() throws {
        for _ in 0..<3 {
            _ = bench.send("GET", "/api/v1/audit?outcome=refused")
            _ = bench.send("GET", "/api/v1/users")
        }
        let read = try lines("audit.read")
        #expect(read.count == 1 && read.first?.after?["outcome"] == "refused")
        #expect(try lines("user.read").count == 1)
    }

    @Test func `the log leaves by its filters, in parts, as lines and as a table`() throws {
        let nasty = "=1+1,\"x\"\ny"
        try bench.database.pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO audit_log (id, at, actor_kind, actor_name, action, outcome, target_kind, target_id, remote_address,
                  request_id) SELECT UUID_v7.id, \(tx.now), 'system', \(nasty), 'mass.made', 'done', 'thing', 'x', '', ''
                FROM (SELECT CAST(CONCAT('01a1fd53-4cc1-7bbc-919e-', LPAD(HEX(seq), 12, '0')) AS UUID) id FROM seq_1_to_5001) UUID_v7
                """)
        }
        let first = bench.send("GET", "/api/v1/audit/export?action=mass")
        #expect(first.header("Content-Type") == "application/x-ndjson")
        let texts = String(decoding: first.response.body, as: UTF8.self).split(separator: "\n")
        #expect(texts.count == 5000)
        #expect(try JSONParser.parse(Array(texts[0].utf8))["action"] == "mass.made")
        let next = try #require(first.header("Assay-Next-Cursor"))
        let rest = bench.send("GET", "/api/v1/audit/export?action=mass&format=csv&cursor=\(next)")
        #expect(
            rest.header("Assay-Next-Cursor") == nil && rest.header("Content-Disposition")?.contains("audit.csv") == true
        )
        let csv = String(decoding: rest.response.body, as: UTF8.self)
        #expect(csv.contains(",\"'=1+1,\"\"x\"\"\ny\",mass.made,"), "\(csv)")
        let whole = bench.send("GET", "/api/v1/audit/export?action=user&format=csv")
        #expect(
            String(decoding: whole.response.body, as: UTF8.self).hasPrefix("at,actor kind,actor id,actor name,action"))
        #expect(try lines("audit.export").count == 2, "once for each export, not for each part")
        #expect(bench.send("GET", "/api/v1/audit/export?format=xml").pointers == ["?format"])
    }
}
