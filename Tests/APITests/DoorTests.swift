import API
import Alerts
import Catalog
import Daemon
import Domain
import Executions
import FastCGI
import Identity
import Integrations
import MariaDB
import Support
import Synchronization
import Testing
import Wire

private struct Wish: RequestBody {
    let list: [Int]
    let when: Timestamp?
    static var shape: Shape { .any }
}

@Suite struct DoorTests {
    struct Odd: Error {}

    @Test func `an error nobody expected is a 500 with a request id, and its text stays in the log`() throws {
        let bench = try Bench()
        let records = Records()
        let door = APIDoor(
            routes: [
                Route(.get, "/odd", .anyone, "Fail", answer: AnswerDoc(200, "Never.")) { _ in throw Odd() },
                Route(.post, "/ring", .anyone, "Ring", answer: AnswerDoc(204, "Rung.")) { _ in .empty },
                Route(.post, "/quiet", .anyone, "Stay quiet", answer: AnswerDoc(204, "Done."), ringsBell: false) { _ in
                    .empty
                },
            ], gate: .live(bench.services), services: bench.services, clock: { Bench.now },
            observe: { records.add($0) }, afterWrite: { records.ring() })
        guard case .response(let response) = door.handle(Request(path: "/odd", id: "r9")) else { return }
        let answer = Answer(response)
        #expect(answer.status == 500 && answer.code == "internal_error" && answer.json["requestId"] == "r9")
        #expect(!String(decoding: response.body, as: UTF8.self).contains("Odd"))
        #expect(records.all.last?.fault == "Odd()" && records.all.last?.route == "/odd")
        _ = door.handle(Request(method: "POST", path: "/ring"))
        _ = door.handle(Request(method: "POST", path: "/quiet"))
        _ = door.handle(Request(path: "/elsewhere"))
        #expect(records.rings == 1)
        #expect(records.all.last?.route == "none" && records.all.last?.status == 404)
    }

    @Test func `one line and one count for each request`() {
        let lines = Records()
        let metrics = Daemon.Metrics()
        let log = AccessLog(
            log: Log(role: "api") { lines.add(line: String(decoding: $0, as: UTF8.self)) }, metrics: metrics)
        var record = AccessRecord(request: Request(method: "GET", path: "/x?secret", id: "r1"))
        record.route = "/x"
        record.status = 200
        record.durationMs = 1.2345
        record.project = ID(at: Timestamp(milliseconds: 0))
        log.record(record)
        record.fault = "broken"
        log.record(record)
        var strange = AccessRecord(request: Request(method: "BREW", path: "/x"))
        strange.status = 405
        log.record(strange)
        #expect(lines.lines.first?.contains("\"durationMs\":1.23") == true, "\(lines.lines)")
        #expect(lines.lines.first?.contains("http.request") == true && lines.lines.first?.contains("secret") == false)
        #expect(lines.lines.dropFirst().first?.contains("http.failed") == true)
        let text = metrics.exposition()
        #expect(text.contains("assay_http_requests_total{method=\"GET\",route=\"/x\",status=\"200\"} 2"), "\(text)")
        #expect(text.contains("method=\"other\""))
    }

    @Test func `a body that passes its shape and not its type names the place`() throws {
        let bench = try Bench()
        func pointers(_ body: JSONValue) throws -> [String] {
            let context = RequestContext(
                requester: .nobody, project: nil, requestID: "r", now: Bench.now, remoteAddress: "")
            let call = Call(request: Request(path: "/"), context: context, services: bench.services, body: body)
            let read = Result { try call.read(Wish.self) }
            guard case .failure(let error) = read else { return [] }
            return try #require(error as? Problem).errors.map(\.pointer)
        }
        #expect(try pointers(["list": [1]]) == [])
        #expect(try pointers([:]) == ["/list"])
        #expect(try pointers(["list": [1, "x"]]) == ["/list/1"])
        #expect(try pointers(["list": [.null]]) == ["/list/0"])
        #expect(try pointers(["list": [], "when": "never"]) == ["/when"])
        let context = RequestContext(
            requester: .nobody, project: nil, requestID: "r", now: Bench.now, remoteAddress: "a")
        let nobody = Call(request: Request(path: "/"), context: context, services: bench.services)
        #expect(throws: Problem(.unauthenticated)) { try nobody.principal() }
        #expect(throws: Problem(.unauthenticated)) { try nobody.agent() }
        #expect(throws: Problem(.notFound)) { try nobody.project() }
        #expect(nobody.caller.kind == .anonymous && nobody.caller.remoteAddress == "a")
    }

    static let errors: [(any Error & Sendable, ProblemCode)] = [
        (DatabaseError.duplicate(key: "x"), .alreadyExists), (DatabaseError.deadlock, .unavailable),
        (DatabaseError.unavailable("x"), .unavailable), (DatabaseError.constraint(name: "x"), .conflict),
        (DatabaseError.statement(code: 1, message: "x"), .internalError), (Odd(), .internalError),
        (IdentityError.busy, .unavailable), (IdentityError.forbidden, .forbidden),
        (IdentityError.sealBroken, .internalError),
        (IdentityError.masterKey("x"), .internalError), (IdentityError.notFound, .notFound),
        (IdentityError.invalidCredentials, .invalidCredentials),
        (CatalogError.conflict("x"), .conflict), (AlertsError.notFound, .notFound),
        (AlertsError.nameTaken, .alreadyExists),
        (AlertsError.invalid([]), .validationFailed), (IntegrationsError.invalid([]), .validationFailed),
        (IntegrationsError.notFound, .notFound), (ExecutionFault.invalid([]), .validationFailed),
        (ExecutionFault.tooLarge("x"), .resourceLimit), (ExecutionFault.unauthorized, .unauthenticated),
        (FieldFault("/a", "x"), .validationFailed),
    ]

    @Test func `each error of a feature is one problem`() {
        for (error, code) in Self.errors { #expect(ProblemMapping.problem(for: error).code == code, "\(error)") }
        #expect(ProblemMapping.problem(for: IdentityError.rateLimited(retryAfterSeconds: 7)).retryAfterSeconds == 7)
    }

    @Test func `what no handler sees is a problem like any other`() {
        for refusal in Refusal.allCases {
            let answer = Answer(Response.refusal(refusal, "r7"))
            let code: ProblemCode = refusal == .tooLarge ? .bodyTooLarge : .malformedRequest
            #expect(answer.status == code.status && answer.code == code.rawValue && answer.json["requestId"] == "r7")
            #expect(answer.header("Content-Type") == "application/problem+json")
        }
    }

    @Test func `cursors are opaque and come back`() throws {
        for length in 0..<5 {
            let parts = [String(repeating: "é", count: length), "x"]
            #expect(try Cursor.decode(Cursor.encode(parts), count: 2) == parts)
        }
        #expect(bytes(base64URL: "AB==") == nil && bytes(base64URL: "A") == nil && bytes(base64URL: "AB") == nil)
        #expect(throws: Problem.self) { try Cursor.decode(Cursor.encode(["a"]), count: 2) }
        #expect(throws: Problem.self) { try Cursor.decode("e30", count: 1) }
    }

    @Test func `readiness names what is missing`() throws {
        let bench = try Bench()
        let waiting = bench.send("GET", "/readyz", as: nil)
        #expect(waiting.status == 503 && waiting.header("Retry-After") == "1")
        #expect(
            waiting.json["checks"]?["scheduler"]?["ok"] == false && waiting.json["checks"]?["database"]?["ok"] == true)
        let engine = Engine(pool: bench.database.pool)
        try bench.run(engine, everyMs: 1)
        let ready = bench.send("GET", "/readyz", as: nil)
        #expect(ready.status == 200 && ready.json["ready"] == true, "\(ready)")
        #expect(bench.send("GET", "/healthz", as: nil).response.body == Array("ok\n".utf8))
        #expect(bench.send("GET", "/metrics", as: nil).response.body == Array("assay_test 1\n".utf8))
        #expect(bench.send("GET", "/api/v1/system", as: "viewer").json["version"] == "test")
    }

    @Test func `without a database there are answers, not traps`() throws {
        let pool = Pool(DatabaseSettings(socketPath: "/nonexistent/sock", user: "nobody", database: "none"), size: 1)
        let services = try Services(
            pool: pool, version: "test", keys: KeyRing(file: Array(repeating: 7, count: 32)), hasher: PasswordHasher(),
            artifacts: "/nonexistent", imports: "/nonexistent", isSchemaCurrent: { throw Odd() }, exposition: { "" })
        let door = APIDoor(gate: .live(services), services: services, clock: { Bench.now }, observe: { _ in })
        func answer(_ request: Request) -> Answer {
            guard case .response(let response) = door.handle(request) else { return Answer(Response(status: 0)) }
            return Answer(response)
        }
        let ready = answer(Request(path: "/readyz"))
        #expect(ready.status == 503 && ready.json["checks"]?["schema"]?["ok"] == false)
        let read = answer(Request(path: "/api/v1/auth/me", headers: [("Authorization", "Bearer asy_00")]))
        #expect(read.status == 503 && read.code == "unavailable" && read.header("Retry-After") == "1")
        #expect(answer(Request(path: "/healthz")).status == 200)
    }
}
