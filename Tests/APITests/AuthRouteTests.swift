import Domain
import FastCGI
import Testing

@Suite struct AuthRouteTests {
    let bench: Bench
    init() throws { bench = try Bench() }

    private func logIn(_ password: String = Bench.password, isSecure: Bool = false) -> Answer {
        bench.send(
            "POST", "/api/v1/auth/login", as: nil, json: ["email": "viewer@example.org", "password": .string(password)])
    }

    /// Name and value of each cookie that an answer sets.
    private func cookies(_ answer: Answer) -> [String: String] {
        var found: [String: String] = [:]
        for (name, value) in answer.response.headers where name == "Set-Cookie" {
            let pair = value.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1).map(String.init)
            found[pair.first ?? ""] = pair.dropFirst().first ?? ""
        }
        return found
    }

    @Test func `a login gives a token, the user and two strict cookies`() throws {
        let answer = logIn()
        #expect(answer.status == 200)
        #expect(answer.json["user"]?["memberships"]?.array?.first?["project"] == "demo")
        #expect(answer.json["user"]?["memberships"]?.array?.first?["role"] == "viewer")
        #expect(answer.header("Cache-Control") == "no-store")
        let set = answer.response.headers.filter { $0.0 == "Set-Cookie" }.map(\.1)
        #expect(set.count == 2)
        #expect(set.allSatisfy { $0.contains("HttpOnly") && $0.contains("SameSite=Strict") && !$0.contains("Secure") })
        #expect(set.contains { $0.hasPrefix("assay_refresh=") && $0.contains("Path=/api/v1/auth;") })
        let token = try #require(answer.json["token"]?.string)
        let me = bench.send("GET", "/api/v1/auth/me", headers: [("Authorization", "Bearer \(token)")], body: [])
        #expect(me.json["user"]?["email"] == "viewer@example.org")
    }

    @Test func `a wrong password and an unknown user are told nothing apart`() {
        let wrong = logIn("wrong password")
        let unknown = bench.send(
            "POST", "/api/v1/auth/login", as: nil, json: ["email": "nobody@example.org", "password": "wrong password"])
        #expect(wrong.status == 401 && wrong.code == "invalid_credentials")
        #expect(wrong.json == unknown.json)
    }

    @Test func `too many tries are told when to come back`() {
        for _ in 0..<5 { _ = logIn("wrong password") }
        let answer = logIn()
        #expect(answer.status == 429 && answer.code == "rate_limited")
        #expect(Int(answer.header("Retry-After") ?? "").map { $0 > 0 } == true)
    }

    @Test func `the cookie is enough to read, and needs an origin to write`() {
        let cookie = "assay_access=\(cookies(logIn())["assay_access"] ?? "")"
        func send(_ method: String, _ path: String, _ more: [(String, String)]) -> Answer {
            bench.send(method, path, headers: [("Cookie", "theme=dark; \(cookie)")] + more, body: [])
        }
        #expect(send("GET", "/api/v1/auth/me", []).status == 200)
        #expect(send("POST", "/api/v1/auth/logout", []).code == "origin_refused")
        #expect(send("POST", "/api/v1/auth/logout", [("Origin", "https://evil.test")]).code == "origin_refused")
        #expect(send("POST", "/api/v1/auth/logout", [("Origin", "http://assay.test.evil.test")]).status == 403)
        let done = send("POST", "/api/v1/auth/logout", [("Origin", "http://assay.test")])
        #expect(done.status == 204)
        #expect(cookies(done) == ["assay_access": "", "assay_refresh": ""])
        #expect(send("GET", "/api/v1/auth/me", []).status == 401)
    }

    @Test func `the refresh cookie gives a new token`() {
        let refresh = "assay_refresh=\(cookies(logIn())["assay_refresh"] ?? "")"
        let path = "/api/v1/auth/refresh"
        #expect(bench.send("POST", path, headers: [("Cookie", refresh)], body: []).code == "origin_refused")
        let origin = ("Origin", "https://assay.test")
        let answer = bench.send("POST", path, headers: [("Cookie", refresh), origin], body: [])
        #expect(answer.status == 200)
        #expect(answer.json["token"]?.string?.isEmpty == false)
        #expect(cookies(answer)["assay_refresh"]?.isEmpty == false)
        #expect(bench.send("POST", path, headers: [origin], body: []).status == 401)
        #expect(bench.send("POST", path, headers: [("Cookie", "assay_refresh=asr_0"), origin], body: []).status == 401)
    }

    @Test(arguments: [
        "", "Bearer", "Bearer ", "Basic YTpi", "Bearer asy_0000", "Bearer a.b.c",
        // {"alg":"none"} . {"sub":"admin"} . nothing
        "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZG1pbiJ9.AAAA",
    ])
    func `a credential that is no credential is refused`(authorization: String) {
        let answer = bench.send("GET", "/api/v1/auth/me", headers: [("Authorization", authorization)], body: [])
        #expect(answer.status == 401 && answer.code == "unauthenticated")
        #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
    }
}
