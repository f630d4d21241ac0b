import Domain
import FoundationEssentials
import Testing
import Wire

/// What the agent encodes is what the door's shapes let in, and comes back the same.
@Suite struct AgentProtocolShapeTests {
    private let time = Timestamp(milliseconds: 1_800_000_000_000)

    private func roundTrip<Body: Codable & Equatable>(_ body: Body, _ shape: Shape? = nil) throws {
        let bytes = try JSONEncoder().encode(body)
        #expect(try JSONDecoder().decode(Body.self, from: bytes) == body)
        guard let shape else { return }
        let faults = shape.faults(in: try JSONParser.parse(Array(bytes)))
        #expect(faults.isEmpty, "\(faults)")
    }

    private func step(_ sequence: Int) -> StepResult {
        let excerpt = StreamExcerpt(head: "a", tail: "b", bytes: 9000, droppedBytes: 10, artifact: "out.txt")
        return StepResult(
            sequence: sequence, path: "\(sequence)", name: "get", status: .failed, startedAt: time, completedAt: time,
            durationMs: 5, input: ["kind": "http"],
            output: StepOutput(
                exitCode: 1, signal: 9, stdout: excerpt, stderr: StreamExcerpt(head: "", bytes: 0),
                response: .init(status: 200, headers: ["A": "b"], body: excerpt), captures: ["id": "7"]),
            timings: Timings(dnsMs: 0.1, connectMs: 0.2, tlsMs: 0.3, firstByteMs: 0.4, totalMs: 0.5),
            checks: [Check(kind: "status", target: nil, expected: 200, actual: 500, passed: false)],
            error: StepError(type: "status", message: "500", stack: "at a", fingerprint: "f"),
            resourceUsage: ResourceUsage(cpuMs: 1, maxRssBytes: 2, bytesWritten: 3), metadata: ["a": 1])
    }

    @Test(arguments: [(1_099_511_627_776, true), (1_099_511_627_777, false), (Int64.max, false)])
    func `an offset that sums could overflow with is refused`(at: Int64, isTaken: Bool) {
        let chunk: JSONValue = [
            "step": 1, "at": .integer(at), "pieces": [["stream": "stdout", "text": "a", "bytes": 1]],
        ]
        let report: JSONValue = [
            "execution": "01890a5d-ac96-774b-bcce-b302099a8057", "fence": 1, "firstSeq": 1, "steps": [],
            "output": [chunk],
        ]
        let faults = AgentShapes.reports.faults(in: ["reports": [report]])
        #expect(faults.map(\.pointer) == (isTaken ? [] : ["/reports/0/output/0/at"]), "\(faults)")
    }

    @Test func `requests fit their shapes`() throws {
        let holding = Holding(execution: ID(at: time), fence: 3)
        let running = RunningStep(sequence: 2, path: "2", name: "next", startedAt: time)
        try roundTrip(
            StepsRequest(fence: 3, firstSeq: 1, steps: [step(1), step(2)], running: running), StepsRequest.shape)
        try roundTrip(HeartbeatRequest(inventory: [holding], streamOpen: false), HeartbeatRequest.shape)
        try roundTrip(AcceptRequest(fence: 3), AcceptRequest.shape)
        try roundTrip(
            OpenSessionRequest(protocol: 1, labels: ["linux"], slots: 2, isolation: "rlimit"), OpenSessionRequest.shape)
        try roundTrip(
            FinishRequest(
                fence: 3, lastSeq: 2, verdict: .failed,
                error: ExecutionError(code: "step_failed", message: "no", hint: "look"),
                resourceUsage: ResourceUsage(cpuMs: 1)), FinishRequest.shape)
        try roundTrip(
            RegisterAgentRequest(
                token: "asye_0000", name: "w", labels: [], slots: 1, protocol: .init(min: 1, max: 1)),
            RegisterAgentRequest.shape)
    }

    @Test func `answers come back the same`() throws {
        let id = ID<Execution>(at: time)
        let holding = Holding(execution: id, fence: 3)
        try roundTrip(OpenSessionResponse(session: ID(at: time), beatMs: 1000, leaseMs: 4000))
        try roundTrip(
            HeartbeatResponse(
                drop: [holding], cancel: [CancelOrder(execution: id, fence: 3, reason: "stop")],
                offers: [Offer(execution: id, fence: 4, name: "case", offeredUntil: time)], drain: true, beatMs: 1,
                leaseMs: 2))
        try roundTrip(StepsResponse(durableSeq: 2, cancel: true))
        try roundTrip(FinishResponse(status: .failed, final: true))
        try roundTrip(RegisterAgentResponse(agent: .init(id: ID(at: time), name: "w"), credential: "asya_0"))
        let definition = CaseDefinition(key: "a", steps: [StepDefinition(name: "s", wait: WaitAction(durationMs: 1))])
        try roundTrip(
            Assignment(
                execution: id, fence: 3, attempt: 1, project: "demo", name: "case", definition: definition,
                parameters: ["a": "b"], environment: .init(name: "dev", variables: ["A": "b"]), secrets: ["T": "s"],
                timeoutMs: 1, stepTimeoutMs: 2, deadlineAt: time, beatMs: 3, leaseMs: 4))
    }
}
