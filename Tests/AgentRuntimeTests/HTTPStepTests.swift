import Doubles
import Domain
import Testing
import Wire

@testable import AgentRuntime

@Suite struct HTTPStepTests {
    private func run(
        _ server: HTTPServerDouble, _ action: HTTPAction? = nil, _ expect: Expect? = nil,
        capture: [String: Capture]? = nil, then: [StepDefinition] = []
    ) throws -> AttemptRun {
        let step = StepDefinition(
            name: "get", http: action ?? HTTPAction(url: server.url + "/x"), expect: expect, capture: capture)
        return try AttemptRun(assignment([step] + then, parameters: ["base": server.url, "n": "7"]))
    }

    @Test func `a reply is recorded with its timings`() throws {
        let server = try HTTPServerDouble(script: [.text(200, "hello", [("X-One", "1"), ("X-One", "2")])])
        let run = try run(server)
        let step = try #require(run.steps.first)
        #expect(step.status == .passed)
        #expect(step.output?.response?.status == 200 && step.output?.response?.body?.head == "hello")
        #expect(step.output?.response?.headers["X-One"] == "1, 2")
        #expect((step.timings?.totalMs ?? 0) > 0)
        #expect(step.input?["method"]?.string == "GET" && step.input?["url"]?.string == server.url + "/x")
        #expect(step.checks?.map(\.kind) == ["status"])
    }

    @Test func `everything is substituted in what is sent`() throws {
        let server = try HTTPServerDouble(script: [.text(201, "{}")])
        let action = HTTPAction(
            method: "POST", url: "${base}/things/${n}", headers: ["X-N": "n${n}"],
            json: ["n": "${n}", "list": ["a${n}", 1, .null]])
        let run = try run(server, action, Expect(status: ExpectedStatus([200, 201])))
        #expect(run.statuses == [.passed])
        let sent = try #require(server.requests.first)
        #expect(sent.target == "/things/7" && sent.header("x-n") == "n7")
        #expect(sent.text == #"{"list":["a7",1,null],"n":"7"}"# && sent.header("content-type") == "application/json")
    }

    @Test(arguments: [
        (Expect(status: ExpectedStatus([200])), true), (Expect(status: ExpectedStatus([404])), false),
        (Expect(headers: ["content-type": .contains("json")]), true),
        (Expect(headers: ["content-type": .equals("text/plain")]), false),
        (Expect(headers: ["x-absent": .contains("a")]), false),
        (Expect(headers: ["x-absent": .notContains("a")]), true),
        (Expect(json: ["/a/0/b": 1.0, "/s": "t", "/a": [["b": 1]]]), true),
        (Expect(json: ["/a/1": .null]), false), (Expect(json: ["/n": .null]), true),
        (Expect(body: .matches(#""s": *"t""#)), true), (Expect(body: .contains("zzz")), false),
        (Expect(maxDurationMs: 20_000), true),
    ])
    func `expectations judge the reply`(expect: Expect, passes: Bool) throws {
        let server = try HTTPServerDouble(script: [.json(200, #"{"a":[{"b":1}],"s":"t","n":null}"#)])
        let run = try run(server, nil, expect)
        #expect(run.statuses == [passes ? .passed : .failed], "\(run.outcome.error?.message ?? "")")
    }

    @Test func `without an expected status any 2xx passes`() throws {
        let server = try HTTPServerDouble(script: [.text(404, "nothing")])
        let run = try run(server)
        #expect(run.outcome.error == ExecutionError(code: "step_failed", message: "get: status is 404, expected 2xx"))
        #expect(run.steps.first?.output?.response?.body?.head == "nothing")
    }

    @Test func `a body that is not JSON fails a JSON expectation`() throws {
        let server = try HTTPServerDouble(script: [.text(200, "<html>")])
        let run = try run(server, nil, Expect(json: ["/a": 1]))
        #expect(run.outcome.error?.message.hasPrefix("get: json /a is 'the body is not JSON: ") == true)
    }

    @Test(arguments: [1, 30, 31, 32, 33, 40, 63, 64, 65, 2_000])
    func `a document as deep as the program likes makes a step that can be stored`(depth: Int) throws {
        let body = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let server = try HTTPServerDouble(script: [.text(200, body)])
        let run = try run(
            server, nil, Expect(json: ["": "no"]), capture: ["all": Capture(from: .body)])
        #expect(run.statuses == [.failed])
        let isTooDeep = run.outcome.error?.message.contains("the body is not JSON: nested deeper than 64") == true
        #expect(isTooDeep == (depth > 64))
        // What goes to the server has at most the depth that it takes.
        let request = stepsBody(fence: 1, firstSeq: 1, steps: run.steps.compactMap { EncodedStep($0) }, running: nil)
        #expect(throws: Never.self) { try JSONParser.parse(request) }
    }

    @Test func `body, header and status can be captured`() throws {
        let server = try HTTPServerDouble { request in
            request.path == "/x" ? .text(200, #"{"id":{"n":5}}"#, [("Location", "/y/9")]) : .text(200, request.path)
        }
        let captures: [String: Capture] = [
            "id": Capture(from: .body, pointer: "/id/n"), "whole": Capture(from: .body, pointer: "/id"),
            "next": Capture(from: .header, regex: "/y/(.*)", header: "location"), "code": Capture(from: .status),
        ]
        let next = StepDefinition(
            name: "next", http: HTTPAction(url: "${base}/${id}/${next}/${code}"),
            expect: Expect(body: .equals("/5/9/200")))
        let run = try run(server, nil, nil, capture: captures, then: [next])
        #expect(run.statuses == [.passed, .passed])
        #expect(run.steps.first?.output?.captures?["whole"] == #"{"n":5}"#)
    }

    @Test func `redirects are followed when asked for`() throws {
        let server = try HTTPServerDouble { request in
            request.path == "/x" ? .reply(302, [("Location", "/y")]) : .text(200, "there")
        }
        #expect(try run(server, nil, Expect(status: ExpectedStatus([302]))).statuses == [.passed])
        let run = try run(
            server, HTTPAction(url: server.url + "/x", followRedirects: true), Expect(body: .contains("there")))
        #expect(run.statuses == [.passed])
    }

    @Test func `a long body becomes an artifact`() throws {
        let server = try HTTPServerDouble(script: [.reply(200, [], [UInt8](repeating: 65, count: 20_000))])
        let run = try run(server)
        let body = try #require(run.steps.first?.output?.response?.body)
        #expect(body.bytes == 20_000 && body.artifact == "step-1-body.txt" && body.head.utf8.count == 4_096)
        #expect(run.artifacts.first.flatMap { fileBytes($0.path) }?.count == 20_000)
    }

    @Test func `a server that is not there is an error with a name`() throws {
        let run = try AttemptRun(assignment([StepDefinition(name: "s", http: HTTPAction(url: "http://127.0.0.1:1/"))]))
        #expect(run.statuses == [.error] && run.steps.first?.error?.type == "connectionRefused")
        #expect(run.outcome.error?.code == "step_failed")
        let bad = try AttemptRun(assignment([StepDefinition(name: "s", http: HTTPAction(url: "ftp://127.0.0.1/"))]))
        #expect(bad.outcome.error?.code == "precondition_failed")
    }
}
