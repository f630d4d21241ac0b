import Doubles
import Domain
import Glibc
import Synchronization
import Testing
import Wire

@testable import AgentRuntime

@Suite struct AgentTests {
    @Test func `an agent enrols once, runs what it is offered and leaves nothing behind`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        var step = shell("seq 1 5000; echo x > a.txt", "first")
        step.command?.artifacts = ["a.txt"]
        let work = assignment([step, shell("exit 3", "second"), shell("true", "third")])
        fake.offer(work)
        let finish = try #require(fake.waitForFinish(work))
        #expect(finish.verdict == .failed && finish.lastSeq == 3 && finish.fence == 1)
        #expect(finish.error?.code == "step_failed")
        #expect(fake.steps(work).map(\.status) == [.passed, .failed, .skipped])
        let state = fake.state.withLock { $0 }
        #expect(state.registered.count == 1 && state.registered.first?.labels == ["linux"])
        #expect(Set(state.artifacts.keys) == ["step-1-stdout.txt", "step-1-a.txt"])
        #expect(state.artifacts["step-1-a.txt"] == Array("x\n".utf8))
        #expect(fake.wait { _ in agent.spools.isEmpty })
        #expect(fake.wait { _ in directoryEntries(agent.directory.path + "/agent/work").isEmpty })
        var status = stat()
        #expect(stat(agent.directory.path + "/agent/agent.json", &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func `several attempts run at once`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake, slots: 3)
        let gate = agent.directory.path + "/gate"
        let work = (0..<3).map { _ in assignment([shell("while [ ! -e \(gate) ]; do sleep 0.02; done")]) }
        work.forEach(fake.offer)
        #expect(fake.wait { $0.beats.contains { $0.inventory.count == 3 } })
        agent.directory.write("gate", "")
        for item in work { #expect(fake.waitForFinish(item)?.verdict == .passed) }
    }

    @Test func `the running step is told while it runs`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("sleep 60", "long one")])
        fake.offer(work)
        #expect(fake.wait { $0.running.contains { $0.name == "long one" && $0.sequence == 1 } })
        #expect(fake.wait { $0.beats.contains { $0.inventory == [Holding(execution: work.execution, fence: 1)] } })
        #expect(fake.wait { $0.beats.last?.streamOpen == true })
        withExtendedLifetime(agent) {}
    }

    @Test func `a cancel on the stream ends the command within a second`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("sleep 60"), shell("true")])
        fake.offer(work)
        #expect(fake.wait { !$0.running.isEmpty })
        let ordered = Doubles.Bell.nowMs()
        fake.push("cancel", try encodeJSON(CancelOrder(execution: work.execution, fence: 1, reason: "no")))
        #expect(fake.waitForFinish(work)?.verdict == .cancelled)
        #expect(Doubles.Bell.nowMs() - ordered < 1_000)
        #expect(fake.steps(work).map(\.status) == [.cancelled, .skipped])
        withExtendedLifetime(agent) {}
    }

    @Test func `a cancel in a beat or in a steps reply works too`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let first = assignment([shell("sleep 60")])
        fake.offer(first)
        #expect(fake.wait { !$0.running.isEmpty })
        fake.state.withLock {
            $0.beatReply.cancel = [CancelOrder(execution: first.execution, fence: 1, reason: nil)]
        }
        #expect(fake.waitForFinish(first)?.verdict == .cancelled)
        fake.state.withLock {
            $0.beatReply.cancel = []
            $0.cancelInSteps = true
        }
        let second = assignment([shell("sleep 60")])
        fake.offer(second)
        #expect(fake.waitForFinish(second)?.verdict == .cancelled)
        withExtendedLifetime(agent) {}
    }

    @Test func `a dropped attempt is killed and not reported`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let mark = "1239.\(UInt32.random(in: 1...999_999))"
        let work = assignment([shell("sleep \(mark)")])
        fake.offer(work)
        #expect(fake.wait { !$0.running.isEmpty && isRunning(mark) })
        fake.state.withLock { $0.beatReply.drop = [Holding(execution: work.execution, fence: 1)] }
        #expect(fake.wait { _ in !isRunning(mark) })
        #expect(fake.wait { _ in agent.spools.isEmpty })
        #expect(fake.finish(work) == nil)
    }

    @Test func `offers in beats are taken while no stream is open, each once`() throws {
        let fake = try FakeAssay()
        fake.intercept { $0.path == "/agent/v1/control" ? .reply(503) : nil }
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("true")])
        fake.state.withLock { state in
            state.assignments[work.execution.description] = work
            state.beatReply.offers = [
                Offer(execution: work.execution, fence: 1, name: "case", offeredUntil: AgentClock.system.now())
            ]
        }
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        let beats = fake.state.withLock { $0.beats.count }
        #expect(fake.wait { $0.beats.count > beats + 2 })
        #expect(fake.state.withLock { $0.accepted.count } == 1)
        #expect(fake.state.withLock { $0.beats.allSatisfy { !$0.streamOpen } })
        withExtendedLifetime(agent) {}
    }

    @Test func `the stream is opened again after a cut and repeats are ignored`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("true")])
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        fake.cutConnections()
        #expect(fake.wait { $0.streamsOpened > 1 })
        let next = assignment([shell("true")])
        fake.offer(next)
        #expect(fake.waitForFinish(next)?.verdict == .passed)
        #expect(fake.state.withLock { $0.accepted.count } == 2)
        withExtendedLifetime(agent) {}
    }

    @Test func `an ended session is opened again`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        #expect(fake.wait { !$0.beats.isEmpty })
        fake.state.withLock { $0.sessions.append("replaced-by-another") }
        #expect(fake.wait { $0.sessions.count >= 3 })
        let work = assignment([shell("true")])
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        withExtendedLifetime(agent) {}
    }

    @Test func `drain finishes what runs and takes no more`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let gate = agent.directory.path + "/gate"
        let work = assignment([shell("while [ ! -e \(gate) ]; do sleep 0.02; done")])
        fake.offer(work)
        #expect(fake.wait { !$0.running.isEmpty })
        agent.process.drain()
        let late = assignment([shell("true")])
        fake.offer(late)
        agent.directory.write("gate", "")
        #expect(agent.process.waitUntilStopped() == .drained)
        #expect(fake.finish(work)?.verdict == .passed)
        #expect(fake.finish(late) == nil)
    }

    @Test func `a server that drains the agent gets no accepts`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        fake.state.withLock { $0.beatReply.drain = true }
        let beats = fake.state.withLock { $0.beats.count }
        #expect(fake.wait { $0.beats.count > beats + 2 })
        let work = assignment([shell("true")])
        fake.offer(work)
        fake.push("drain", Array("{}".utf8))
        fake.push("config", Array(#"{"beatMs":100,"leaseMs":4000}"#.utf8))
        let later = fake.state.withLock { $0.beats.count }
        #expect(fake.wait { $0.beats.count > later + 4 })
        #expect(fake.state.withLock { $0.accepted.isEmpty })
        withExtendedLifetime(agent) {}
    }

    @Test func `a revoked credential stops the agent and its work`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let mark = "1240.\(UInt32.random(in: 1...999_999))"
        fake.offer(assignment([shell("sleep \(mark)")]))
        #expect(fake.wait { _ in isRunning(mark) })
        fake.intercept { _ in FakeAssay.problem(401, "unauthorized") }
        #expect(agent.process.waitUntilStopped() == .revoked)
        #expect(!isRunning(mark))
    }

    @Test func `kill ends everything at once`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let mark = "1241.\(UInt32.random(in: 1...999_999))"
        fake.offer(assignment([shell("sleep \(mark)")]))
        #expect(fake.wait { _ in isRunning(mark) })
        agent.process.kill()
        #expect(agent.process.waitUntilStopped() == .killed)
        #expect(!isRunning(mark))
    }

    @Test func `a lost offer is let go`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let lost = assignment([shell("true")])
        fake.offer(lost)
        fake.state.withLock { $0.assignments = [:] }
        _ = fake.wait { !$0.accepted.isEmpty }
        let work = assignment([shell("true")])
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        withExtendedLifetime(agent) {}
    }
}
