import API
import Domain
import FastCGI
import Testing

@Suite struct RouterTests {
    private func route(_ method: Method, _ path: String) -> Route {
        Route(method, path, .anyone, "Test", answer: AnswerDoc(200, "Done.")) { _ in Response(status: 200) }
    }

    private func found(_ match: Router.Match) -> String? {
        if case .route(let route, _) = match { route.path.description } else { nil }
    }

    @Test func `a literal segment wins over a parameter, and is left when it leads nowhere`() {
        let router = Router([
            route(.get, "/x/{id}"), route(.post, "/x/bulk"), route(.get, "/x/{id}/steps"), route(.get, "/x/bulk/other"),
        ])
        #expect(found(router.match("POST", "/x/bulk")) == "/x/bulk")
        #expect(found(router.match("GET", "/x/1")) == "/x/{id}")
        #expect(found(router.match("GET", "/x/bulk/steps")) == "/x/{id}/steps")
        #expect(found(router.match("HEAD", "/x/1")) == "/x/{id}")
    }

    @Test func `parameters are taken by name`() {
        let router = Router([route(.get, "/p/{p}/members/{userId}")])
        guard case .route(_, let parameters) = router.match("GET", "/p/demo/members/7") else {
            Issue.record("no match")
            return
        }
        #expect(parameters == ["p": "demo", "userId": "7"])
    }

    @Test func `a rest parameter takes the slashes too, and leaves the list alone`() {
        let router = Router([route(.get, "/x/{id}/files"), route(.get, "/x/{id}/files/{name…}")])
        #expect(found(router.match("GET", "/x/1/files")) == "/x/{id}/files")
        guard case .route(_, let parameters) = router.match("GET", "/x/1/files/a/b.txt") else {
            Issue.record("no match")
            return
        }
        #expect(parameters == ["id": "1", "name": "a/b.txt"])
    }

    @Test func `another method is told which ones there are`() {
        let router = Router([route(.get, "/x"), route(.post, "/x")])
        guard case .methods(let methods) = router.match("DELETE", "/x") else {
            Issue.record("no methods")
            return
        }
        #expect(methods == [.get, .post])
    }

    @Test(arguments: ["", "x", "/x/", "//x", "/x//y", "/y", "/x/1/2", "/"])
    func `what is no route matches nothing`(path: String) {
        let router = Router([route(.get, "/x"), route(.get, "/x/{id}")])
        guard case .nothing = router.match("GET", path) else {
            Issue.record("\(path) matched")
            return
        }
    }

    @Test func `every pair of routes is told apart`() {
        let router = Router(Routes.all)
        for route in Routes.all {
            // A parameter's example is no literal anywhere, so the request must come back to its own route.
            let path = route.path.segments.map { segment in
                switch segment {
                case .literal(let text): "/" + text
                case .parameter, .rest: "/0-example-0"
                }
            }.joined()
            #expect(found(router.match(route.method.rawValue, path)) == route.path.description)
        }
        for (index, first) in Routes.all.enumerated() {
            for second in Routes.all.dropFirst(index + 1) where first.method == second.method {
                let same =
                    first.path.segments.count == second.path.segments.count
                    && zip(first.path.segments, second.path.segments).allSatisfy { left, right in
                        switch (left, right) {
                        case (.literal(let one), .literal(let other)): one == other
                        case (.parameter, .parameter), (.rest, .rest): true
                        default: false
                        }
                    }
                #expect(!same, "\(first.path) and \(second.path) are the same")
            }
        }
    }

    @Test func `unsafe routes under /api need a person, an agent or a reason`() {
        // Routes that anybody may call; each is rate limited, signed or needs a one-time token.
        let open: Set = [
            "POST /api/v1/auth/login", "POST /api/v1/auth/refresh", "POST /api/v1/agents/register",
            "POST /api/v1/hooks/{key}", "POST /api/v1/auth/password-links/redemption",
        ]
        for route in Routes.all {
            guard case .anyone = route.access, !route.method.isSafe else { continue }
            #expect(open.contains("\(route.method.rawValue) \(route.path)"))
        }
    }
}
