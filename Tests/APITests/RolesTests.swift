import API
import Domain
import Testing

/// Walks every route as every member of the cast. The table below says who is let in; nothing else in the code does.
@Suite struct RolesTests {
    /// Whom a route lets in, by the words of the roles table in the documentation.
    enum Who {
        /// Everybody, signed in or not, and what each of them gets for a request that changes nothing.
        case everybody(Int)
        /// Everybody who is signed in, strangers to the project included.
        case signedIn
        /// These roles, and admins.
        case roles(Set<String>)
        case admins
        case agents
    }

    private static let readers: Set = ["viewer", "qa_engineer", "dev_lead", "product_owner", "test_manager", "ci"]
    private static let testers: Set = ["qa_engineer", "dev_lead", "test_manager"]
    private static let managers: Set = ["test_manager"]

    /// Nothing leads the scheduler's loops beside a bench, and refreshing needs an Origin.
    static let expected: [String: Who] = [
        "GET /healthz": .everybody(200), "GET /readyz": .everybody(503), "GET /metrics": .everybody(200),
        "GET /api/v1/openapi.json": .everybody(200), "GET /api/v1/system": .signedIn,
        "POST /api/v1/auth/login": .everybody(422), "POST /api/v1/auth/refresh": .everybody(403),
        "POST /api/v1/auth/logout": .signedIn, "GET /api/v1/auth/me": .signedIn,
        "PATCH /api/v1/auth/me": .signedIn, "PUT /api/v1/auth/password": .signedIn,
        "GET /api/v1/auth/sessions": .signedIn, "DELETE /api/v1/auth/sessions/{id}": .signedIn,
        "POST /api/v1/users/{id}/password-link": .admins,
        "POST /api/v1/auth/password-links/redemption": .everybody(422),
        "GET /api/v1/tokens": .signedIn, "POST /api/v1/tokens": .signedIn, "DELETE /api/v1/tokens/{id}": .signedIn,
        "GET /api/v1/retention/preview": .admins, "GET /api/v1/set-aside": .admins,
        "POST /api/v1/set-aside/{loop}/{item}/retry": .admins,
        "DELETE /api/v1/set-aside/{loop}/{item}": .admins,
        "GET /api/v1/users": .admins, "POST /api/v1/users": .admins, "PATCH /api/v1/users/{id}": .admins,
        "GET /api/v1/projects": .signedIn, "POST /api/v1/projects": .admins, "GET /api/v1/audit": .admins,
        "GET /api/v1/audit/export": .admins,
        "GET /api/v1/projects/{p}": .roles(readers), "GET /api/v1/projects/{p}/counts": .roles(readers),
        "POST /api/v1/projects/{p}/archive": .roles([]), "DELETE /api/v1/projects/{p}/archive": .roles([]),
        "GET /api/v1/projects/{p}/settings": .roles(readers), "PUT /api/v1/projects/{p}/settings": .roles(managers),
        "GET /api/v1/projects/{p}/members": .roles(readers),
        "PUT /api/v1/projects/{p}/members/{userId}": .roles(managers),
        "DELETE /api/v1/projects/{p}/members/{userId}": .roles(managers),
        "GET /api/v1/secrets": .roles(testers), "PUT /api/v1/secrets/{name}": .roles(managers),
        "DELETE /api/v1/secrets/{name}": .roles(managers),
        "GET /api/v1/environments": .roles(readers), "POST /api/v1/environments": .roles(managers),
        "PUT /api/v1/environments/{name}": .roles(managers), "DELETE /api/v1/environments/{name}": .roles(managers),
        "GET /api/v1/test-cases": .roles(readers), "POST /api/v1/test-cases": .roles(testers),
        "GET /api/v1/test-cases/{id}": .roles(readers), "GET /api/v1/test-cases/{id}/versions": .roles(readers),
        "PUT /api/v1/test-cases/{id}": .roles(testers), "PATCH /api/v1/test-cases/{id}": .roles(testers),
        "DELETE /api/v1/test-cases/{id}": .roles(testers),
        "GET /api/v1/test-suites": .roles(readers), "POST /api/v1/test-suites": .roles(testers),
        "GET /api/v1/test-suites/{id}": .roles(readers), "GET /api/v1/test-suites/{id}/versions": .roles(readers),
        "PUT /api/v1/test-suites/{id}": .roles(testers), "PATCH /api/v1/test-suites/{id}": .roles(testers),
        "DELETE /api/v1/test-suites/{id}": .roles(testers),
        "GET /api/v1/test-items": .roles(readers), "POST /api/v1/test-items": .roles(testers),
        "GET /api/v1/test-items/{id}": .roles(readers), "GET /api/v1/test-items/{id}/versions": .roles(readers),
        "PUT /api/v1/test-items/{id}": .roles(testers), "PATCH /api/v1/test-items/{id}": .roles(testers),
        "DELETE /api/v1/test-items/{id}": .roles(testers), "POST /api/v1/catalog/apply": .roles(testers),
        "POST /api/v1/executions": .roles(testers.union(["ci"])),
        "POST /api/v1/executions/validation": .roles(testers.union(["ci"])),
        "GET /api/v1/executions": .roles(readers), "GET /api/v1/executions/{id}": .roles(readers),
        "GET /api/v1/executions/{id}/children": .roles(readers),
        "GET /api/v1/executions/{id}/attempts": .roles(readers),
        "GET /api/v1/executions/{id}/output/search": .roles(readers),
        "GET /api/v1/executions/{id}/trace": .roles(readers), "GET /api/v1/executions/{id}/steps": .roles(readers),
        "GET /api/v1/executions/{id}/history": .roles(readers),
        "GET /api/v1/executions/{id}/artifacts": .roles(readers), "GET /api/v1/executions/{id}/report": .roles(readers),
        "GET /api/v1/executions/{id}/artifacts/{name}": .roles(readers),
        "GET /api/v1/executions/{id}/queue": .roles(readers),
        "POST /api/v1/executions/{id}/cancellation": .roles(testers),
        "POST /api/v1/executions/{id}/retry": .roles(testers),
        "POST /api/v1/executions/bulk-cancellation": .roles(testers),
        "POST /api/v1/executions/bulk-retry": .roles(testers),
        "GET /api/v1/triggers/{id}/deliveries": .roles(readers),
        "GET /api/v1/triggers/{id}/deliveries/{delivery}": .roles(readers),
        "POST /api/v1/triggers/{id}/deliveries/{delivery}/redeliver": .roles(managers),
        "POST /api/v1/subscriptions/{id}/deliveries/{delivery}/replay": .roles(managers),
        "POST /api/v1/subscriptions/{id}/secret": .roles(managers),
        "POST /api/v1/notifications/{id}/retry": .roles(managers),
        "POST /api/v1/alerts/{id}/resolve": .roles(["dev_lead", "product_owner", "test_manager"]),
        "POST /api/v1/results": .roles(testers.union(["ci"])),
        "GET /api/v1/results/{id}": .roles(testers.union(["ci"])),
        "GET /api/v1/executions/{id}/intake": .roles(readers),
        "GET /api/v1/executions/{id}/intake/{number}/file": .roles(testers.union(["ci"])),
        "POST /api/v1/executions/{id}/intake/{number}/replay": .roles(testers.union(["ci"])),
        "POST /api/v1/executions/{id}/intake/{number}/dismissal": .roles(testers.union(["ci"])),
        "GET /api/v1/queue": .roles(readers),
        "GET /api/v1/agents/enrolment-tokens": .roles(managers),
        "DELETE /api/v1/agents/enrolment-tokens/{token}": .roles(managers),
        "GET /api/v1/agents/{id}/work": .roles(readers),
        "POST /api/v1/agents/enrolment-tokens": .roles(managers), "POST /api/v1/agents/register": .everybody(422),
        "GET /api/v1/agents": .roles(readers), "DELETE /api/v1/agents/{id}": .roles(managers),
        "POST /api/v1/agents/{id}/drain": .roles(managers),
        "GET /agent/v1/session": .agents, "POST /agent/v1/session": .agents, "POST /agent/v1/heartbeat": .agents,
        "POST /agent/v1/accepts": .agents, "POST /agent/v1/reports": .agents,
        "POST /agent/v1/executions/{id}/accept": .agents, "POST /agent/v1/executions/{id}/steps": .agents,
        "POST /agent/v1/executions/{id}/finish": .agents, "PUT /agent/v1/executions/{id}/artifacts/{name}": .agents,
        "GET /api/v1/aggregation/metrics": .roles(readers),
        "GET /api/v1/alerts/rules": .roles(readers), "POST /api/v1/alerts/rules": .roles(managers),
        "GET /api/v1/alerts/rules/{id}": .roles(readers), "PUT /api/v1/alerts/rules/{id}": .roles(managers),
        "DELETE /api/v1/alerts/rules/{id}": .roles(managers),
        "GET /api/v1/alerts/active": .roles(readers), "GET /api/v1/alerts": .roles(readers),
        "POST /api/v1/alerts/{id}/acknowledge": .roles(["dev_lead", "product_owner", "test_manager"]),
        "PATCH /api/v1/alerts/rules/{id}": .roles(managers), "GET /api/v1/channels/{id}": .roles(readers),
        "PATCH /api/v1/channels/{id}": .roles(managers), "GET /api/v1/triggers/{id}": .roles(readers),
        "PUT /api/v1/triggers/{id}": .roles(managers), "PATCH /api/v1/triggers/{id}": .roles(managers),
        "POST /api/v1/triggers/{id}/secret": .roles(managers), "GET /api/v1/subscriptions/{id}": .roles(readers),
        "PATCH /api/v1/subscriptions/{id}": .roles(managers),
        "GET /api/v1/channels": .roles(readers), "POST /api/v1/channels": .roles(managers),
        "PUT /api/v1/channels/{id}": .roles(managers), "DELETE /api/v1/channels/{id}": .roles(managers),
        "POST /api/v1/channels/{id}/test": .roles(managers), "GET /api/v1/notifications": .roles(readers),
        "GET /api/v1/triggers": .roles(readers), "POST /api/v1/triggers": .roles(managers),
        "DELETE /api/v1/triggers/{id}": .roles(managers), "POST /api/v1/hooks/{key}": .everybody(404),
        "GET /api/v1/subscriptions": .roles(readers), "POST /api/v1/subscriptions": .roles(managers),
        "PUT /api/v1/subscriptions/{id}": .roles(managers), "DELETE /api/v1/subscriptions/{id}": .roles(managers),
        "GET /api/v1/subscriptions/{id}/deliveries": .roles(readers),
    ]

    /// Statuses that only a caller who was let in can get here: the bodies below are empty, so that nothing changes.
    private static let inside: Set = [200, 201, 202, 204, 400, 404, 409, 412, 415, 422]

    @Test func `every route lets in exactly who the table says`() throws {
        let bench = try Bench()
        let things = try Things(bench)
        #expect(Set(Routes.all.map(\.name)) == Set(RolesTests.expected.keys))
        for route in Routes.all {
            guard let who = RolesTests.expected[route.name] else { continue }
            for name in bench.users.keys.sorted() + ["nobody"] {
                let answer = things.call(route, as: name)
                let wanted = expectation(who, name, route)
                #expect(wanted.contains(answer.status), "\(route.name) as \(name): \(answer)")
                // Refreshing needs the cookie of a browser, and with it the browser's Origin.
                let refusal = route.checksOrigin ? "origin_refused" : "forbidden"
                if answer.status == 403 { #expect(answer.code == refusal, "\(route.name) as \(name): \(answer)") }
            }
        }
        #expect(!bench.records.all.contains { $0.status >= 500 && $0.route != "/readyz" })
    }

    private func expectation(_ who: Who, _ name: String, _ route: Route) -> Set<Int> {
        switch who {
        case .everybody(let status): return [status]
        case .agents: return [401]
        default: break
        }
        if name == "nobody" { return [401] }
        // 404 is what a stranger gets; who is let in may get it only for the thing that does not exist.
        let admitted = route.isAboutSomethingMissing ? Self.inside : Self.inside.subtracting([404])
        switch who {
        case .signedIn: return admitted
        case .admins: return name == "admin" ? admitted : [403]
        case .roles(let roles):
            if name == "admin" || roles.contains(name) { return admitted }
            return name == "stranger" ? [404] : [403]
        case .everybody, .agents: return []
        }
    }
}

extension Route {
    var name: String { "\(method.rawValue) \(path)" }

    /// The path names a second thing, which the walk leaves out on purpose.
    var isAboutSomethingMissing: Bool {
        [
            "{userId}", "{name}", "{token}", "{item}", "tokens/{id}", "users/{id}", "sessions/{id}", "{delivery}",
            "{number}",
            "trace", "steps",
        ].contains {
            path.description.contains($0)
        }
    }
}
