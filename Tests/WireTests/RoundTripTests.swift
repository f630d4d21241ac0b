import Domain
import FoundationEssentials
import Testing
import Wire

@Suite struct RoundTripTests {
    private let execution = ID<Execution>(at: Timestamp(milliseconds: 1_700_000_000_000))
    private let time = Timestamp(milliseconds: 1_700_000_000_123)

    /// Through JSON text and back, and once more through our own parser, which is what the doors use.
    private func same<Value: Codable & Equatable>(_ value: Value) throws -> Bool {
        let data = try JSONEncoder().encode(value)
        let tree = try JSONParser.parse(Array(data))
        return try JSONDecoder().decode(Value.self, from: data) == value
            && JSONDecoder().decode(Value.self, from: Data(tree.serialized())) == value
    }

    @Test func `what an agent sends reads back as it was`() throws {
        #expect(try same(OpenSessionRequest(protocol: 1, labels: ["linux"], slots: 4, isolation: "rlimit")))
        #expect(try same(HeartbeatRequest(inventory: [Holding(execution: execution, fence: 3)], streamOpen: false)))
        #expect(try same(AcceptRequest(fence: 7)))
        let running = RunningStep(sequence: 2, path: "2", name: "next", startedAt: time)
        #expect(try same(StepsRequest(fence: 1, firstSeq: 1, steps: [fullStep()], running: running)))
        #expect(try same(StepsRequest(fence: 1, firstSeq: 1, steps: [], running: nil)))
        for verdict in Verdict.allCases {
            #expect(try same(FinishRequest(fence: 1, lastSeq: 0, verdict: verdict)))
        }
        let error = ExecutionError(code: "c", message: "m", hint: "h")
        let usage = ResourceUsage(cpuMs: 1, maxRssBytes: 2, bytesWritten: 3)
        #expect(try same(FinishRequest(fence: 1, lastSeq: 9, verdict: .failed, error: error, resourceUsage: usage)))
        #expect(
            try same(
                RegisterAgentRequest(
                    token: "t", name: "n", labels: [], slots: 1, protocol: .init(min: 1, max: agentProtocolVersion))))
    }

    @Test func `what an agent is sent reads back as it was`() throws {
        let session = ID<AgentSession>(at: time)
        let holding = Holding(execution: execution, fence: 3)
        #expect(try same(OpenSessionResponse(session: session, beatMs: 1000, leaseMs: 4000)))
        let offer = Offer(execution: execution, fence: 3, name: "é", offeredUntil: time)
        let orders = [
            CancelOrder(execution: execution, fence: 3, reason: nil),
            CancelOrder(execution: execution, fence: 3, reason: "r"),
        ]
        #expect(
            try same(
                HeartbeatResponse(drop: [holding], cancel: orders, offers: [offer], drain: true, beatMs: 1, leaseMs: 2))
        )
        #expect(try same(StepsResponse(durableSeq: 5, cancel: true)))
        for status in ExecutionStatus.allCases {
            #expect(try same(FinishResponse(status: status, final: status.isFinal)))
        }
        #expect(try same(RegisterAgentResponse(agent: .init(id: ID(at: time), name: "a"), credential: "asya_x")))
        #expect(try same(assignment()))
    }

    @Test func `a step keeps every member, and absent ones stay absent`() throws {
        #expect(try same(fullStep()))
        let bare = StepResult(
            sequence: 1, path: "1", name: "", status: .passed, startedAt: time, completedAt: time, durationMs: 0)
        #expect(try same(bare))
        let tree = try JSONParser.parse(Array(try JSONEncoder().encode(bare)))
        #expect(
            tree.object.map { $0.keys.sorted() } == [
                "completedAt", "durationMs", "name", "path", "sequence", "startedAt", "status",
            ])
        for status in StepStatus.allCases {
            var step = bare
            step.status = status
            #expect(try same(step))
        }
    }

    @Test func `what the encoder writes fits the shape that the door checks`() throws {
        func faults(_ shape: Shape, _ value: some Encodable) throws -> [FieldFault] {
            shape.faults(in: try JSONParser.parse(Array(try JSONEncoder().encode(value))))
        }
        #expect(try faults(StepsRequest.shape, StepsRequest(fence: 1, firstSeq: 1, steps: [fullStep()])) == [])
        #expect(try faults(FinishRequest.shape, FinishRequest(fence: 1, lastSeq: 0, verdict: .passed)) == [])
        let beat = HeartbeatRequest(inventory: [Holding(execution: execution, fence: 3)], streamOpen: true)
        #expect(try faults(HeartbeatRequest.shape, beat) == [])
        #expect(try faults(AcceptRequest.shape, AcceptRequest(fence: 1)) == [])
        let open = OpenSessionRequest(protocol: 1, labels: ["a"], slots: 1, isolation: "bwrap")
        #expect(try faults(OpenSessionRequest.shape, open) == [])
    }

    private func assignment() -> Assignment {
        let definition = CaseDefinition(
            key: "k", tags: ["t"], labels: ["l"], parameters: ["p": "v"], timeoutMs: 5,
            retry: RetryPolicy(on: [.failed]),
            steps: [
                StepDefinition(
                    name: "run", command: CommandAction(argv: ["ls"], env: ["A": "b"]),
                    expect: Expectation(exitCode: 1, stdout: .contains("x"), stderr: .notContains("y")),
                    capture: ["c": Capture(from: .stdout, regex: "r")], always: true),
                StepDefinition(
                    name: "get", http: HTTPAction(url: "http://x", json: ["a": [1, .null]], tls: .init(verify: false)),
                    expect: Expectation(
                        status: ExpectedStatus([200, 201]), headers: ["A": .equals("b")], json: ["/a": 1],
                        body: .matches("z"))),
                StepDefinition(name: "wait", wait: WaitAction(durationMs: 1)),
            ])
        return Assignment(
            execution: execution, fence: 1, attempt: 2, project: "demo", name: "n", definition: definition,
            parameters: ["a": "b"], environment: .init(name: "dev", variables: ["U": "http://x"]), secrets: ["s": "*"],
            timeoutMs: 10, stepTimeoutMs: 20, deadlineAt: time, beatMs: 1000, leaseMs: 4000)
    }

    private func fullStep() -> StepResult {
        let excerpt = StreamExcerpt(head: "h\u{0}é", tail: "t", bytes: 9000, droppedBytes: 7, artifact: "out.txt")
        return StepResult(
            sequence: 1, path: "3/2", name: "get", status: .failed, startedAt: time, completedAt: time.adding(ms: 10),
            durationMs: 10,
            input: ["kind": "http", "n": 1.5],
            output: StepOutput(
                exitCode: 1, signal: 9, stdout: excerpt, stderr: StreamExcerpt(head: "", bytes: 0),
                response: .init(status: 500, headers: ["A": "b"], body: excerpt), captures: ["id": "7"]),
            timings: Timings(dnsMs: 0.125, connectMs: 1, tlsMs: 2.5, firstByteMs: 3, totalMs: 4.25),
            checks: [Check(kind: "status", target: "t", expected: 200, actual: .null, passed: false)],
            error: StepError(type: "status", message: "500", stack: "s", fingerprint: "f"),
            resourceUsage: ResourceUsage(cpuMs: 1, maxRssBytes: .max, bytesWritten: 0), metadata: ["a": [1, true]])
    }
}
