import Domain
import Testing

@Suite struct IdentityRouteTests {
    let bench: Bench
    init() throws { bench = try Bench() }

    @Test func `a token does what its scopes say, until it is revoked`() throws {
        let made = bench.send(
            "POST", "/api/v1/tokens", as: "test_manager",
            json: ["name": "read only", "scopes": ["read"], "project": "demo", "expiresAt": "2099-01-01T00:00:00Z"])
        #expect(made.status == 201 && made.json["project"] == "demo")
        let token = try #require(made.json["token"]?.string)
        let id = try #require(made.json["id"]?.string)
        func send(_ method: String, _ path: String, _ json: JSONValue? = nil) -> Answer {
            bench.send(
                method, path, headers: [("Authorization", "bearer \(token)"), ("Content-Type", "application/json")],
                body: json?.serialized() ?? [])
        }
        #expect(send("GET", "/api/v1/test-cases?project=demo").status == 200)
        #expect(send("GET", "/api/v1/test-cases?project=other").status == 404)
        #expect(send("POST", "/api/v1/environments?project=demo", ["name": "x"]).status == 403)
        #expect(send("POST", "/api/v1/tokens", ["name": "more", "scopes": ["write"]]).status == 403)
        #expect(send("POST", "/api/v1/auth/logout").status == 403)
        let list = bench.send("GET", "/api/v1/tokens?limit=1", as: "test_manager")
        #expect(list.items.first?["token"] == nil)
        let cursor = try #require(list.json["nextCursor"]?.string)
        #expect(bench.send("GET", "/api/v1/tokens?cursor=\(cursor)", as: "test_manager").items.count == 1)
        #expect(bench.send("GET", "/api/v1/tokens?cursor=AAAA", as: "test_manager").pointers == ["?cursor"])
        #expect(bench.send("DELETE", "/api/v1/tokens/\(id)", as: "viewer").status == 404)
        #expect(bench.send("DELETE", "/api/v1/tokens/\(id)", as: "test_manager").status == 204)
        #expect(send("GET", "/api/v1/test-cases?project=demo").status == 401)
        #expect(
            bench.send(
                "POST", "/api/v1/tokens", as: "viewer", json: ["name": "x", "scopes": ["read"], "project": "other"]
            ).status == 404)
    }

    @Test func `a user is added, disabled and given a password`() throws {
        let made = bench.send(
            "POST", "/api/v1/users", json: ["email": "new@example.org", "name": "New", "password": "long enough"])
        #expect(made.status == 201 && made.json["admin"] == false)
        let id = try #require(made.json["id"]?.string)
        #expect(
            bench.send(
                "POST", "/api/v1/users", json: ["email": "new@example.org", "name": "N", "password": "long enough"]
            ).status == 409)
        let disabled = bench.send("PATCH", "/api/v1/users/\(id)", json: ["disabled": true, "password": "another one"])
        #expect(disabled.json["disabled"] == true)
        #expect(bench.send("PATCH", "/api/v1/users/nonsense", json: [:]).status == 404)
        #expect(bench.send("GET", "/api/v1/users?limit=200").items.contains { $0["id"]?.string == id })
        let itself = bench.users["admin"].map(\.description) ?? ""
        #expect(bench.send("PATCH", "/api/v1/users/\(itself)", json: ["disabled": true]).code == "conflict")
    }

    @Test func `members come and go`() throws {
        let user = try #require(bench.users["stranger"])
        let path = "/api/v1/projects/demo/members"
        #expect(bench.send("GET", "/api/v1/projects/demo", as: "stranger").status == 404)
        let put = bench.send("PUT", "\(path)/\(user)", as: "test_manager", json: ["role": "ci"])
        #expect(put.json["role"] == "ci")
        #expect(bench.send("GET", "/api/v1/projects/demo", as: "stranger").json["key"] == "demo")
        #expect(bench.send("GET", path, as: "viewer").items.count == 7)
        #expect(bench.send("PUT", "\(path)/\(user)", as: "test_manager", json: ["role": "admin"]).pointers == ["/role"])
        #expect(bench.send("DELETE", "\(path)/\(user)", as: "test_manager").status == 204)
        #expect(bench.send("DELETE", "\(path)/\(user)", as: "test_manager").status == 404)
        #expect(bench.send("GET", "/api/v1/projects", as: "stranger").items.map { $0["key"] } == ["other"])
        #expect(bench.send("GET", "/api/v1/projects").items.count == 2)
    }

    @Test func `a token for enrolment enrols and does nothing else`() throws {
        let made = bench.send("POST", "/api/v1/tokens", json: ["name": "enrol", "scopes": ["agent"]])
        let token = try #require(made.json["token"]?.string)
        let world = try World(bench)
        let agent = try world.agent().id
        func send(_ method: String, _ path: String, _ body: JSONValue? = nil) -> Int {
            let headers = [("Authorization", "Bearer \(token)"), ("Content-Type", "application/json")]
            return bench.send(method, path, headers: headers, body: body?.serialized() ?? []).status
        }
        #expect(send("POST", "/api/v1/agents/enrolment-tokens", ["project": "demo"]) == 201)
        #expect(send("POST", "/api/v1/agents/enrolment-tokens", [:]) == 201, "an admin's token enrols shared agents")
        #expect(send("DELETE", "/api/v1/agents/\(agent)") == 403)
        #expect(send("POST", "/api/v1/agents/\(agent)/drain") == 403)
        #expect(send("GET", "/api/v1/agents?project=demo") == 403)
        #expect(bench.send("DELETE", "/api/v1/agents/\(agent)").status == 204)
    }

    @Test func `projects, environments and secrets`() {
        #expect(
            bench.send("POST", "/api/v1/projects", json: ["key": "third", "name": "Third"]).header("Location")
                == "/api/v1/projects/third")
        #expect(bench.send("POST", "/api/v1/projects", json: ["key": "third", "name": "Third"]).status == 409)
        let path = "/api/v1/environments"
        let made = bench.send("POST", path + "?project=demo", as: "test_manager", json: ["name": "dev"])
        #expect(made.header("Location") == "/api/v1/environments/dev?project=demo")
        #expect(bench.send("POST", path + "?project=demo", json: ["name": "dev"]).status == 409)
        let put = bench.send("PUT", path + "/dev?project=demo", json: ["variables": ["A": "1"]])
        #expect(put.json["version"] == 2)
        #expect(bench.send("GET", path + "?project=demo", as: "viewer").items.first?["variables"] == ["A": "1"])
        #expect(bench.send("DELETE", path + "/dev?project=demo").status == 204)
        #expect(bench.send("DELETE", path + "/dev?project=demo").status == 404)
        let secret = "/api/v1/secrets/TOKEN?project=demo"
        #expect(bench.send("PUT", secret, as: "test_manager", json: ["value": "x"]).status == 204)
        #expect(bench.send("GET", "/api/v1/secrets?project=demo", as: "qa_engineer").items.first?["name"] == "TOKEN")
        #expect(bench.send("PUT", "/api/v1/secrets/9 lives?project=demo", json: ["value": "x"]).status == 422)
        #expect(bench.send("DELETE", secret).status == 204)
        #expect(bench.send("DELETE", secret).status == 404)
    }

    @Test func `changes and refusals stand in the audit log`() {
        _ = bench.send("POST", "/api/v1/environments?project=demo", as: "viewer", json: ["name": "dev"])
        _ = bench.send("POST", "/api/v1/environments?project=demo", as: "test_manager", json: ["name": "dev"])
        let lines = bench.send("GET", "/api/v1/audit?project=demo&limit=2").items
        #expect(lines.first?["action"] == "environment.create" && lines.first?["outcome"] == "done", "\(lines)")
        #expect(lines.last?["action"] == "access.refused" && lines.last?["outcome"] == "refused")
        #expect(lines.last?["target"]?["id"] == "POST /api/v1/environments")
        #expect(lines.first?["remoteAddress"] == "192.0.2.1" && lines.first?["requestId"] == "req-1")
        #expect(bench.send("GET", "/api/v1/audit").items.contains { $0["project"] == .null })
        func actions(_ query: String) -> Set<String> {
            let items = bench.send("GET", "/api/v1/audit?project=demo&limit=200&" + query).items
            return Set(items.compactMap { $0["action"]?.string })
        }
        #expect(actions("outcome=refused") == ["access.refused"])
        #expect(actions("action=environment") == ["environment.create"])
        #expect(actions("action=environment.create") == ["environment.create"])
        #expect(actions("action=environ").isEmpty && actions("action=environment.delete").isEmpty)
        #expect(actions("target=dev") == ["environment.create"])
        let actor = lines.first?["actor"]?["id"]?.string ?? ""
        #expect(actions("actor=\(actor)").contains("environment.create"))
        #expect(!actions("actor=\(actor)").contains("access.refused"))
        #expect(!actions("from=2000-01-01T00:00:00Z").isEmpty && actions("to=2000-01-01T00:00:00Z").isEmpty)
        #expect(actions("from=2999-01-01T00:00:00Z").isEmpty && !actions("to=2999-01-01T00:00:00Z").isEmpty)
        #expect(bench.send("GET", "/api/v1/audit?outcome=perhaps").status == 422)
    }
}
