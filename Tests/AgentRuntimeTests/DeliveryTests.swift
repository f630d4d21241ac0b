import Doubles
import Domain
import Glibc
import Synchronization
import Testing
import Wire

@testable import AgentRuntime

@Suite struct DeliveryTests {
    @Test func `a gap is filled from the spool`() throws {
        let fake = try FakeAssay()
        let hasForgotten = Mutex(false)
        fake.intercept { [state = Reference(fake)] request in
            guard request.path.hasSuffix("/finish") else { return nil }
            // The server loses all steps once, just before the finish.
            let isFirst = hasForgotten.withLock { value in
                defer { value = true }
                return !value
            }
            if isFirst { state.fake?.state.withLock { $0.steps = [:] } }
            return nil
        }
        let agent = try AgentUnderTest(fake)
        let work = assignment((1...5).map { shell("echo \($0)") })
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.lastSeq == 5)
        #expect(fake.steps(work).map(\.sequence) == [1, 2, 3, 4, 5])
        withExtendedLifetime(agent) {}
    }

    @Test func `many steps travel in dense batches`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let steps = (1...120).map { StepDefinition(name: "w\($0)", wait: WaitAction(durationMs: 0)) }
        let work = assignment(steps)
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.lastSeq == 120)
        #expect(fake.steps(work).map(\.sequence) == Array(1...120))
        let batches = fake.state.withLock { $0.batches }
        #expect(batches.allSatisfy { $0.steps.count <= 50 } && batches.count < 40)
        withExtendedLifetime(agent) {}
    }

    @Test func `results wait for a server that is away`() throws {
        let fake = try FakeAssay()
        let refusals = Mutex(0)
        fake.intercept { request in
            guard request.path.hasSuffix("/steps") || request.path.hasSuffix("/finish") else { return nil }
            return refusals.withLock { count in
                count += 1
                return count <= 3 ? (count == 2 ? .cut : .reply(503)) : nil
            }
        }
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("echo 1"), shell("echo 2")])
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        #expect(fake.steps(work).count == 2)
        withExtendedLifetime(agent) {}
    }

    @Test(arguments: ["steps", "finish"])
    func `a stale fence drops the attempt`(path: String) throws {
        let fake = try FakeAssay()
        fake.intercept { $0.path.hasSuffix("/\(path)") ? FakeAssay.problem(409, "stale_fence") : nil }
        let agent = try AgentUnderTest(fake)
        let mark = "1242.\(UInt32.random(in: 1...999_999))"
        let work = assignment([shell("true"), shell(path == "steps" ? "sleep \(mark)" : "true")])
        fake.offer(work)
        #expect(fake.wait { _ in fake.requests.contains { $0.path.hasSuffix("/reports") } && agent.spools.isEmpty })
        #expect(fake.wait { _ in !isRunning(mark) })
        #expect(fake.finish(work) == nil)
        // The slot is free again.
        fake.intercept { _ in nil }
        let next = assignment([shell("true")])
        fake.offer(next)
        #expect(fake.waitForFinish(next)?.verdict == .passed)
    }

    @Test func `a step whose record the server refuses fails, and is sent without its content`() throws {
        let fake = try FakeAssay()
        fake.intercept { request in
            request.path.hasSuffix("/steps") && request.text.contains("poison")
                ? FakeAssay.problem(422, "invalid") : nil
        }
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("printf 'poi'; printf 'son\\n'")])
        fake.offer(work)
        let finish = try #require(fake.waitForFinish(work))
        #expect(finish.verdict == .failed && finish.error?.message.contains("cannot be stored") == true)
        let step = try #require(fake.steps(work).first)
        #expect(step.output == nil && step.metadata?["note"] != nil && step.status == .error)
        #expect(step.error?.message.contains("invalid") == true)
        withExtendedLifetime(agent) {}
    }

    @Test func `a refused artifact does not hold the verdict`() throws {
        let fake = try FakeAssay()
        fake.intercept { $0.method == "PUT" ? FakeAssay.problem(413, "too_large") : nil }
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("seq 1 5000")])
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        withExtendedLifetime(agent) {}
    }

    @Test func `a silent server means silence until a beat is confirmed`() throws {
        let fake = try FakeAssay()
        fake.state.withLock {
            $0.leaseMs = 900
            $0.beatReply.leaseMs = 900
        }
        let isDeaf = Mutex(false)
        let sentWhileDeaf = Mutex(0)
        fake.intercept { request in
            guard isDeaf.withLock({ $0 }) else { return nil }
            if request.path.hasSuffix("/heartbeat") { return .reply(503) }
            if request.path.hasSuffix("/finish") { sentWhileDeaf.withLock { $0 += 1 } }
            return nil
        }
        let agent = try AgentUnderTest(fake)
        let gate = agent.directory.path + "/gate"
        var work = assignment([shell("while [ ! -e \(gate) ]; do sleep 0.02; done")])
        work.leaseMs = 900
        work.beatMs = 200
        fake.offer(work)
        #expect(fake.wait { !$0.running.isEmpty })
        isDeaf.withLock { $0 = true }
        // Refused beats for longer than the lease minus its margin.
        let beats = fake.requests.count { $0.path.hasSuffix("/heartbeat") }
        #expect(fake.wait { _ in fake.requests.count { $0.path.hasSuffix("/heartbeat") } >= beats + 4 })
        agent.directory.write("gate", "")
        let later = fake.requests.count { $0.path.hasSuffix("/heartbeat") }
        #expect(fake.wait { _ in fake.requests.count { $0.path.hasSuffix("/heartbeat") } >= later + 1 })
        #expect(sentWhileDeaf.withLock { $0 } == 0)
        isDeaf.withLock { $0 = false }
        #expect(fake.waitForFinish(work)?.verdict == .passed)
    }

    @Test func `a killed agent's spool is sent late and removed`() throws {
        let fake = try FakeAssay()
        let directory = try TemporaryDirectory()
        let execution: ID<Execution> = freshID()
        let spoolDirectory = directory.path + "/agent/spool"
        try makeDirectory(spoolDirectory)
        let spool = try Spool(directory: spoolDirectory, holding: Holding(execution: execution, fence: 4))
        let run = try AttemptRun(assignment([shell("echo 1"), shell("echo 2")]))
        for step in run.steps { #expect(spool.append(SpoolRecord(step: step))) }
        #expect(spool.append(SpoolRecord(finish: FinishRequest(fence: 4, lastSeq: 2, verdict: .passed))))
        let cut = open(spool.path, O_WRONLY | O_APPEND)
        _ = writeAll(Array(#"{"step":{"sequ"#.utf8), to: cut)
        close(cut)
        let agent = try AgentUnderTest(fake, directory: directory)
        #expect(fake.wait { $0.finishes[execution.description]?.fence == 4 })
        #expect(fake.state.withLock { $0.steps[execution.description]?.count } == 2)
        #expect(fake.wait { _ in agent.spools.isEmpty })
    }

    @Test func `a spool is kept for a server that is away, for so long and so much`() throws {
        let fake = try FakeAssay()
        let isAway = Mutex(true)
        fake.intercept { request in
            request.path.hasSuffix("/steps") && isAway.withLock { $0 } ? .reply(503) : nil
        }
        let directory = try TemporaryDirectory()
        let configuration = AgentConfiguration(url: fake.url, stateDirectory: directory.path, name: "x")
        try makeDirectory(configuration.spoolDirectory)
        let runtime = Runtime(configuration, credential: "credential-1")
        let run = try AttemptRun(assignment([shell("echo 1")]))
        func leave() throws -> ID<Execution> {
            let execution: ID<Execution> = freshID()
            let spool = try Spool(
                directory: configuration.spoolDirectory, holding: Holding(execution: execution, fence: 1))
            for step in run.steps { #expect(spool.append(SpoolRecord(step: step))) }
            return execution
        }
        let execution = try leave()
        // No session yet, then a server that is away: eleven times.
        #expect(!SpoolLoop(runtime).runOnce())
        _ = HeartbeatLoop(runtime).runOnce()
        for _ in 0..<10 { #expect(!SpoolLoop(runtime).runOnce()) }
        #expect(directoryEntries(configuration.spoolDirectory).count == 1)
        isAway.withLock { $0 = false }
        #expect(SpoolLoop(runtime).runOnce())
        #expect(fake.state.withLock { $0.steps[execution.description]?.count } == 1)
        #expect(directoryEntries(configuration.spoolDirectory).isEmpty)
        // One that somebody works on is left alone.
        let control = AttemptControl(Holding(execution: try leave(), fence: 1))
        runtime.attempts.add(control)
        #expect(SpoolLoop(runtime).runOnce() && directoryEntries(configuration.spoolDirectory).count == 1)
        runtime.attempts.remove(control)
        isAway.withLock { $0 = true }
        #expect(!SpoolLoop(runtime, bounds: SpoolBounds(ageMs: 60_000)).runOnce())
        #expect(SpoolLoop(runtime, bounds: SpoolBounds(bytes: 10)).runOnce())
        #expect(directoryEntries(configuration.spoolDirectory).isEmpty)
        _ = try leave()
        #expect(SpoolLoop(runtime, bounds: SpoolBounds(ageMs: -1_000)).runOnce())
        #expect(directoryEntries(configuration.spoolDirectory).isEmpty)
    }

    @Test func `a late spool of another agent's work is refused once and removed`() throws {
        let fake = try FakeAssay()
        fake.intercept { $0.path.hasSuffix("/steps") ? FakeAssay.problem(409, "stale_fence") : nil }
        let directory = try TemporaryDirectory()
        try makeDirectory(directory.path + "/agent/spool")
        let spool = try Spool(
            directory: directory.path + "/agent/spool", holding: Holding(execution: freshID(), fence: 4))
        let run = try AttemptRun(assignment([shell("true")]))
        for step in run.steps { #expect(spool.append(SpoolRecord(step: step))) }
        let agent = try AgentUnderTest(fake, directory: directory)
        #expect(fake.wait { _ in agent.spools.isEmpty })
        #expect(fake.requests.count { $0.path.hasSuffix("/steps") } == 1)
    }
}

/// Does not keep the fake alive inside its own interceptor.
final class Reference: Sendable {
    private struct Weak { weak var fake: FakeAssay? }
    private let box: Mutex<Weak>
    init(_ fake: FakeAssay) { box = Mutex(Weak(fake: fake)) }
    var fake: FakeAssay? { box.withLock { $0.fake } }
}
