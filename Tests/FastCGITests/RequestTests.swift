import FastCGI
import Testing

@Suite struct RequestTests {
    /// Answers with what it was given, so that a test sees the request.
    private func echo(limits: RequestLimits = RequestLimits()) throws -> RunningServer {
        try RunningServer(limits: limits) { request in
            let query = request.query.map { "\($0.0)=\($0.1)" }.joined(separator: ";")
            let text = """
                \(request.method) \(request.path) [\(query)] \(request.body.count) \(request.header("X-Thing") ?? "-") \
                \(request.header("content-type") ?? "-") \(request.bodyFile ?? "-") \(request.remoteAddress) \
                \(request.isSecure) \(request.id)
                """
            return .response(Response(status: 200, headers: [("X-Path", request.path)], body: Array(text.utf8)))
        }
    }

    @Test func `a request arrives with everything the web server says`() throws {
        let answer = try #require(
            try echo().exchange(
                [
                    ("REQUEST_METHOD", "POST"), ("DOCUMENT_URI", "/a b/c"), ("QUERY_STRING", "x=1%262&y=a+b&&z"),
                    ("HTTP_X_THING", "seen"), ("CONTENT_TYPE", "text/plain"), ("CONTENT_LENGTH", "3"),
                    ("REMOTE_ADDR", "10.0.0.9"), ("HTTPS", "on"), ("REQUEST_ID", "00ff"),
                ], body: [1, 2, 3]))
        #expect(answer.hasPrefix("Status: 200 OK\r\n"))
        #expect(answer.hasSuffix("POST /a b/c [x=1&2;y=a b;z=] 3 seen text/plain - 10.0.0.9 true 00ff"))
        #expect(answer.contains("Content-Length: "))
    }

    @Test func `without DOCUMENT_URI the request line is decoded`() throws {
        let answer = try #require(try echo().exchange([("REQUEST_URI", "/caf%C3%A9?x=%25")]))
        #expect(answer.contains("GET /café [] 0 - - -"))
    }

    @Test func `a decoded path is not decoded twice`() throws {
        let answer = try #require(try echo().exchange([("DOCUMENT_URI", "/100%25")]))
        #expect(answer.contains("GET /100%25 "))
    }

    @Test(arguments: [
        [("REQUEST_URI", "/%zz")], [("REQUEST_URI", "/%4")], [("REQUEST_URI", "/%ff")], [("REQUEST_URI", "a")],
        [("REQUEST_URI", "/%00")], [("DOCUMENT_URI", "/a\u{1}")], [("DOCUMENT_URI", "/"), ("QUERY_STRING", "a=%")],
        [("DOCUMENT_URI", "/"), ("QUERY_STRING", "%c3=1")], [("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", "-1")], [],
    ])
    func `malformed requests are answered 400`(parameters: [(String, String)]) throws {
        let answer = try #require(try echo().exchange(parameters))
        #expect(answer.hasPrefix("Status: 400 Bad Request\r\n"))
    }

    @Test(
        arguments: [
            ([("REQUEST_URI", "/%zz")], .malformedPath),
            ([("DOCUMENT_URI", "/"), ("QUERY_STRING", "a=%")], .malformedQuery),
            ([("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", "-1")], .malformedLength),
            ([("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", "2")], .wrongLength),
            ([("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", "2000")], .tooLarge),
        ] as [([(String, String)], Refusal)])
    func `who owns the documents answers what no handler sees`(parameters: [(String, String)], why: Refusal) throws {
        let running = try RunningServer(
            limits: RequestLimits(maximumBodyBytes: 1000),
            refuse: { refusal, id in Response(status: 499, body: Array("\(refusal) \(id)".utf8)) },
            handler: { _ in .response(Response(status: 200)) })
        let answer = try #require(try running.exchange(parameters + [("REQUEST_ID", "abc1")], body: [1, 2, 3]))
        #expect(answer.hasPrefix("Status: 499 ") && answer.hasSuffix("\(why) abc1"))
    }

    @Test func `a path that is not UTF-8 is answered 400`() throws {
        let running = try echo()
        let client = try running.connect()
        client.write(Records.begin() + Records.parameters([("DOCUMENT_URI", [47, 0xff, 0xfe])]) + Records.input([]))
        #expect(client.answer()?.hasPrefix("Status: 400 ") == true)
    }

    @Test func `a large body arrives whole`() throws {
        let body = [UInt8](repeating: 7, count: 3 << 20)
        let answer = try #require(
            try echo().exchange(
                [("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", String(body.count))], body: body))
        #expect(answer.contains("GET / [] \(body.count) "))
    }

    @Test func `a body declared too large is answered 413 unread`() throws {
        let answer = try #require(
            try echo(limits: RequestLimits(maximumBodyBytes: 1000)).exchange(
                [("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", "99999999999999999999")],
                body: [UInt8](repeating: 1, count: 300_000)))
        #expect(answer.hasPrefix("Status: 413 Content Too Large\r\n"))
    }

    @Test func `a body that grows too large is answered 413`() throws {
        let answer = try #require(
            try echo(limits: RequestLimits(maximumBodyBytes: 1000)).exchange(
                [("DOCUMENT_URI", "/")], body: [UInt8](repeating: 1, count: 300_000)))
        #expect(answer.hasPrefix("Status: 413 "))
    }

    @Test(arguments: ["2", "4"])
    func `a Content-Length that lies is answered 400`(length: String) throws {
        let answer = try #require(
            try echo().exchange(
                [("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", length)], body: [1, 2, 3]))
        #expect(answer.hasPrefix("Status: 400 "))
    }

    @Test func `a body stored by the web server is named, not read`() throws {
        let answer = try #require(
            try echo().exchange(
                [("DOCUMENT_URI", "/"), ("CONTENT_LENGTH", "999999999"), ("REQUEST_BODY_FILE", "/tmp/0001")]))
        #expect(answer.contains(" 0 - - /tmp/0001 "))
    }

    @Test func `a request id that is not one is replaced`() throws {
        let answer = try #require(try echo().exchange([("DOCUMENT_URI", "/"), ("REQUEST_ID", "a\"b")]))
        #expect(answer.split(separator: " ").last?.count == 32)
    }

    @Test func `HEAD has the length but no body`() throws {
        let answer = try #require(try echo().exchange([("REQUEST_METHOD", "HEAD"), ("DOCUMENT_URI", "/")]))
        #expect(answer.contains("Content-Length: "))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func `header lookups ignore case and missing names are nil`() {
        let request = Request(path: "/", query: [("a", "1"), ("a", "2")], headers: [("Accept", "x")])
        #expect(request.header("ACCEPT") == "x")
        #expect(request.header("host") == nil)
        #expect(request.query("a") == "1")
        #expect(request.query("b") == nil)
    }
}
