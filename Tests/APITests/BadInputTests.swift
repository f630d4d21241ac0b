import API
import Domain
import FastCGI
import Testing
import Wire

/// Wrong documents for every route that takes one; never a 500, never a half-written thing.
@Suite struct BadInputTests {
    let bench: Bench
    let things: Things
    let agent: [(String, String)]

    init() throws {
        bench = try Bench()
        things = try Things(bench)
        agent = try things.world.agent().headers
    }

    private func send(_ route: Route, _ body: JSONValue?, bytes: [UInt8]? = nil, type: String? = nil) -> Answer {
        let query = route.query.contains { $0.name == "project" && $0.isRequired } ? "?project=demo" : ""
        let isAgent = if case .agent = route.access { true } else { false }
        return bench.send(
            route.method.rawValue, things.path(route) + query, as: isAgent ? nil : "admin", json: body, bytes: bytes,
            contentType: type, headers: isAgent ? agent : [])
    }

    private func shape(_ route: Route) -> Shape? {
        switch route.body {
        case .json(let shape), .definition(let shape), .document(let shape): shape
        case .none, .raw, .file: nil
        }
    }

    @Test func `a member of the wrong type is named`() {
        for route in Routes.all {
            guard case .json(let shape) = route.body else { continue }
            var sample = ShapeSamples.valid(shape)
            if sample["project"] != nil { sample = sample.replacing("project", "demo") }
            for (pointer, document) in ShapeSamples.spoiled(sample, shape, ShapeSamples.otherType) {
                // Which project it is decides who may; without a readable one there is nothing to decide.
                let answer = send(route, document)
                #expect(answer.status == 422, "\(route.name) \(pointer): \(answer)")
                #expect(answer.pointers.contains(pointer), "\(route.name) \(pointer): \(answer)")
            }
        }
    }

    @Test func `SQL, far ends and strangeness are refused or stored, never run`() throws {
        for route in Routes.all {
            guard let shape = shape(route) else { continue }
            var sample = ShapeSamples.valid(shape)
            if sample["project"] != nil { sample = sample.replacing("project", "demo") }
            let wrong =
                ShapeSamples.spoiled(sample, shape, ShapeSamples.sql)
                + ShapeSamples.spoiled(sample, shape, ShapeSamples.huge)
            for (pointer, document) in wrong + [("/odd", sample.replacing("odd", 1)), ("", []), ("", .null), ("", 7)] {
                let answer = send(route, document)
                #expect((200..<500).contains(answer.status), "\(route.name) \(pointer): \(answer)")
            }
        }
        for route in Routes.all {
            for parameter in route.query {
                let target =
                    "\(things.path(route))?project=demo&\(parameter.name)=\(ShapeSamples.injection.filter { $0 != "&" })"
                let answer = bench.send(route.method.rawValue, target, json: [:])
                #expect((200..<500).contains(answer.status), "\(route.name) ?\(parameter.name): \(answer)")
            }
            let path =
                "/"
                + route.path.segments.dropFirst(0).map { segment in
                    if case .literal(let text) = segment { text } else { ShapeSamples.injection.filter { $0 != "?" } }
                }.joined(separator: "/")
            let answer = bench.send(route.method.rawValue, path, json: [:])
            #expect((200..<500).contains(answer.status) || answer.status == 503, "\(route.name): \(answer)")
        }
        #expect(bench.send("GET", "/api/v1/users").items.count >= bench.users.count)
        #expect(!bench.records.all.contains { $0.fault != nil && $0.route != "/readyz" })
    }

    private static let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)

    /// Bodies that are no JSON, and JSON that is no object.
    static let bodies: [(bytes: [UInt8], code: String)] = [
        (Array("{\"a\":".utf8), "malformed_request"), (Array("{\"a\":1,\"a\":2}".utf8), "malformed_request"),
        (Array("{\"a\":1}x".utf8), "malformed_request"), ([0x22, 0xff, 0xfe, 0x22], "malformed_request"),
        (Array("{\"a\":\"\\ud800\"}".utf8), "malformed_request"), (Array(deep.utf8), "malformed_request"),
        (Array("{\"a\":1e999}".utf8), "malformed_request"), (Array("[]".utf8), "validation_failed"),
        (Array("null".utf8), "validation_failed"),
    ]

    @Test(arguments: bodies)
    func `a body that is no JSON object is refused everywhere`(bytes: [UInt8], code: String) {
        for route in Routes.all {
            guard case .json(let shape) = route.body, !shape.isOptionalOnly || code == "malformed_request" else {
                continue
            }
            let answer = send(route, nil, bytes: bytes, type: "application/json")
            #expect(answer.code == code, "\(route.name): \(answer)")
            #expect(answer.status == (code == "malformed_request" ? 400 : 422))
        }
    }

    @Test func `a body of another type is refused`() {
        for route in Routes.all where shape(route) != nil {
            let answer = send(route, nil, bytes: Array("a=b".utf8), type: "application/x-www-form-urlencoded")
            #expect(answer.status == 415 && answer.code == "unsupported_media_type", "\(route.name): \(answer)")
        }
        let untyped = bench.send(
            "POST", "/api/v1/projects", headers: [("Authorization", "Bearer \(bench.token("admin"))")],
            body: [123, 125])
        #expect(untyped.status == 415)
        let patch = bench.send(
            "POST", "/api/v1/projects", bytes: [123, 125], contentType: "application/merge-patch+json; charset=utf-8")
        #expect(patch.status == 422)
    }

    @Test func `unknown places and methods are problems too`() {
        #expect(bench.send("GET", "/nothing").code == "not_found")
        let answer = bench.send("DELETE", "/api/v1/auth/login")
        #expect(answer.status == 405 && answer.header("Allow") == "POST")
        #expect(bench.send("BREW", "/api/v1/auth/login").status == 405)
        let head = bench.send("HEAD", "/healthz", as: nil)
        #expect(head.status == 200 && head.response.body.isEmpty && head.header("Content-Length") == "3")
    }
}

extension Shape {
    /// Whether an empty object fits.
    var isOptionalOnly: Bool { faults(in: [:]).isEmpty }
}
