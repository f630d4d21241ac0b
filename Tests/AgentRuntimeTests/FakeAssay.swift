import Daemon
import Doubles
import Domain
import Synchronization
import Wire

@testable import AgentRuntime

/// A server double that speaks the agent protocol over real sockets and can be told to misbehave.
final class FakeAssay: Sendable {
    typealias Received = HTTPServerDouble.Received
    typealias Answer = HTTPServerDouble.Answer

    struct State {
        var sessions: [String] = []
        var assignments: [String: Assignment] = [:]
        var accepted: [String] = []
        var steps: [String: [StepResult]] = [:]
        var running: [RunningStep] = []
        var output: [String: [OutputChunk]] = [:]
        var batches: [StepsRequest] = []
        var finishes: [String: FinishRequest] = [:]
        var artifacts: [String: [UInt8]] = [:]
        var beats: [HeartbeatRequest] = []
        var beatReply = HeartbeatResponse(drop: [], cancel: [], offers: [], drain: false, beatMs: 200, leaseMs: 4_000)
        var controlEvents: [String] = []
        var streamsOpened = 0
        var cancelInSteps = false
        var leaseMs: Int64 = 4_000
        var registered: [RegisterAgentRequest] = []
    }

    let state = Mutex(State())
    let changed = Doubles.Bell()
    /// Asked first; nil lets the normal answer happen.
    private let interceptor = Mutex<@Sendable (Received) -> Answer?>({ _ in nil })
    private let server = Mutex<HTTPServerDouble?>(nil)

    init() throws {
        let box = Weak()
        server.withLock { $0 = nil }
        let double = try HTTPServerDouble { request in box.value?.answer(request) ?? .cut }
        box.set(self)
        server.withLock { $0 = double }
    }

    deinit { server.withLock { $0?.stop() } }

    var url: String { server.withLock { $0?.url ?? "" } }
    var requests: [Received] { server.withLock { $0?.requests ?? [] } }

    func intercept(_ body: @escaping @Sendable (Received) -> Answer?) { interceptor.withLock { $0 = body } }
    func cutConnections() { server.withLock { $0?.cutConnections() } }

    func wait(timeoutMs: Int = 8_000, _ condition: (State) -> Bool) -> Bool {
        changed.wait(timeoutMs: timeoutMs) { state.withLock { condition($0) } }
    }

    /// Offers `assignment` on the control stream.
    func offer(_ assignment: Assignment) {
        let offer = Offer(
            execution: assignment.execution, fence: assignment.fence, name: assignment.name,
            offeredUntil: AgentClock.system.now().adding(ms: 3_000))
        state.withLock { $0.assignments[assignment.execution.description] = assignment }
        push("offer", (try? encodeJSON(offer)) ?? [])
    }

    func push(_ event: String, _ data: [UInt8]) {
        let text = "event: \(event)\ndata: \(String(decoding: data, as: UTF8.self))\n\n"
        state.withLock { $0.controlEvents.append(text) }
        changed.ring()
    }

    func steps(_ assignment: Assignment) -> [StepResult] {
        state.withLock { $0.steps[assignment.execution.description] ?? [] }
    }

    func output(_ assignment: Assignment) -> [OutputChunk] {
        state.withLock { $0.output[assignment.execution.description] ?? [] }
    }

    func finish(_ assignment: Assignment) -> FinishRequest? {
        state.withLock { $0.finishes[assignment.execution.description] }
    }

    func waitForFinish(_ assignment: Assignment) -> FinishRequest? {
        _ = wait { $0.finishes[assignment.execution.description] != nil }
        return finish(assignment)
    }

    static func problem(_ status: Int, _ code: String, _ more: String = "") -> Answer {
        .json(status, #"{"title":"\#(code)","status":\#(status),"code":"\#(code)"\#(more)}"#)
    }

    private func answer(_ request: Received) -> Answer {
        defer { changed.ring() }
        switch request.path {
        case "/agent/v1/accepts": return acceptEach(request)
        case "/agent/v1/reports": return takeEach(request)
        default: return single(request)
        }
    }

    func single(_ request: Received) -> Answer {
        if let answer = interceptor.withLock({ $0 })(request) { return answer }
        let parts = request.path.split(separator: "/").map(String.init)
        if request.path == "/api/v1/agents/register" { return register(request) }
        guard request.header("authorization") == "Bearer credential-1" else { return Self.problem(401, "unauthorized") }
        if request.path == "/agent/v1/session" { return openSession() }
        guard state.withLock({ $0.sessions.last }) == request.header("assay-session") else {
            return Self.problem(409, "session_ended")
        }
        switch (request.path, parts.count > 4 ? parts[4] : "") {
        case ("/agent/v1/control", _): return control()
        case ("/agent/v1/heartbeat", _): return beat(request)
        case (_, "accept"): return accept(parts[3], request)
        case (_, "steps"): return take(parts[3], request)
        case (_, "output"): return print(parts[3], request)
        case (_, "artifacts"): return artifact(parts[5], request)
        case (_, "finish"): return finish(parts[3], request)
        default: return .reply(404)
        }
    }

    func json(_ status: Int, _ value: some Encodable) -> Answer {
        .json(status, String(decoding: (try? encodeJSON(value)) ?? [], as: UTF8.self))
    }

    private func register(_ request: Received) -> Answer {
        guard let body = try? decodeJSON(RegisterAgentRequest.self, request.body), body.token == "token-1" else {
            return Self.problem(401, "token_invalid")
        }
        state.withLock { $0.registered.append(body) }
        return json(
            201, RegisterAgentResponse(agent: .init(id: freshID(), name: body.name), credential: "credential-1"))
    }

    private func openSession() -> Answer {
        let session: ID<AgentSession> = freshID()
        let leaseMs = state.withLock { state in
            state.sessions.append(session.description)
            return state.leaseMs
        }
        return json(201, OpenSessionResponse(session: session, beatMs: 200, leaseMs: leaseMs))
    }

    private func control() -> Answer {
        state.withLock { $0.streamsOpened += 1 }
        // Not strongly: a connection that waits must not keep the double alive.
        let box = Weak()
        box.set(self)
        return .stream([("Content-Type", "text/event-stream")]) { writer in
            writer.write(": hi\n\n")
            var sent = 0
            while let fake = box.value {
                let events = fake.state.withLock { $0.controlEvents }
                for event in events.dropFirst(sent) {
                    guard writer.write(event) else { return }
                }
                sent = events.count
                guard writer.write(":\n") else { return }
                _ = Doubles.Bell().wait(timeoutMs: 20) { false }
            }
        }
    }

    private func beat(_ request: Received) -> Answer {
        guard let body = try? decodeJSON(HeartbeatRequest.self, request.body) else { return .reply(400) }
        return json(
            200,
            state.withLock { state in
                state.beats.append(body)
                return state.beatReply
            })
    }

    private func accept(_ execution: String, _ request: Received) -> Answer {
        let assignment = state.withLock { state in
            state.accepted.append(execution)
            return state.assignments[execution]
        }
        guard let assignment else { return Self.problem(409, "stale_fence") }
        return json(200, assignment)
    }

    private func take(_ execution: String, _ request: Received) -> Answer {
        guard let body = try? decodeJSON(StepsRequest.self, request.body) else { return .reply(400) }
        return state.withLock { state in
            let have = state.steps[execution]?.count ?? 0
            guard body.firstSeq <= have + 1 else {
                return Self.problem(409, "step_gap", #","expected":\#(have + 1)"#)
            }
            state.batches.append(body)
            state.steps[execution, default: []] += body.steps.filter { $0.sequence > have }
            if let running = body.running { state.running.append(running) }
            let durable = state.steps[execution]?.count ?? 0
            return json(200, StepsResponse(durableSeq: durable, cancel: state.cancelInSteps))
        }
    }

    private func print(_ execution: String, _ request: Received) -> Answer {
        guard let chunks = try? decodeJSON([OutputChunk].self, request.body) else { return .reply(400) }
        state.withLock { $0.output[execution, default: []] += chunks }
        return .json(200, "{}")
    }

    private func artifact(_ name: String, _ request: Received) -> Answer {
        state.withLock { $0.artifacts[name] = request.body }
        return .json(201, #"{"name":"\#(name)"}"#)
    }

    private func finish(_ execution: String, _ request: Received) -> Answer {
        guard let body = try? decodeJSON(FinishRequest.self, request.body) else { return .reply(400) }
        return state.withLock { state in
            let have = state.steps[execution]?.count ?? 0
            guard body.lastSeq <= have else { return Self.problem(409, "step_gap", #","expected":\#(have + 1)"#) }
            state.finishes[execution] = body
            return json(200, FinishResponse(status: body.verdict.status, final: true))
        }
    }

    private final class Weak: Sendable {
        private struct Reference { weak var fake: FakeAssay? }
        private let reference = Mutex(Reference())
        func set(_ fake: FakeAssay) { reference.withLock { $0.fake = fake } }
        var value: FakeAssay? { reference.withLock { $0.fake } }
    }
}

/// A running agent against a fake server; killed at the end of the test.
final class AgentUnderTest: Sendable {
    let directory: TemporaryDirectory
    let process: AgentProcess

    init(_ fake: FakeAssay, slots: Int = 1, directory: TemporaryDirectory? = nil, graceMs: Int64 = 300) throws {
        let directory = try directory ?? TemporaryDirectory()
        self.directory = directory
        process = try AgentProcess(
            AgentConfiguration(
                url: fake.url + "/", stateDirectory: directory.path + "/agent", name: "one", labels: ["linux"],
                slots: slots, enrolmentToken: "token-1", path: "/usr/bin:/bin", budgets: budgets(graceMs: graceMs),
                log: Log(role: "agent") { _ in }))
    }

    deinit {
        process.kill()
        _ = process.waitUntilStopped()
    }

    var spools: [String] { directoryEntries(directory.path + "/agent/spool") }
}
