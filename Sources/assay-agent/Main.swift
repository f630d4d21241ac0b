import AgentRuntime
import ArgumentParser
import Daemon
import Glibc
import Synchronization

/// Takes test cases from an Assay server and runs them on this machine.
@main
struct Main: ParsableCommand {
    /// `search PATTERN` is what an agent starts for itself; it is not for people.
    static func main() {
        let words = CommandLine.arguments
        guard words.count == 3, words[1] == "search" else { return main(nil) }
        print(searchStandardInput(words[2]))
        // Nothing that would run at exit may: it may not write a file.
        fflush(nil)
        _exit(0)
    }

    static let configuration = CommandConfiguration(
        commandName: "assay-agent",
        abstract: "Takes test cases from an Assay server and runs them on this machine.",
        discussion: """
            Settings come from ASSAY_AGENT_* in the environment; --check-config lists them. SIGTERM finishes what \
            runs and takes no more; a second SIGTERM stops at once.
            """)

    @Flag(help: "List the effective settings and exit.")
    var checkConfig = false

    func run() throws {
        let settings = Config.read()
        if checkConfig { settings.listing.forEach { print("\($0.name)=\($0.value)") } }
        guard settings.faults.isEmpty else {
            throw ValidationError(settings.faults.joined(separator: "\n"))
        }
        if checkConfig { return }
        Signals.block()
        let stop = StopOrders()
        Signals.forEach { request in
            if request == .stop { stop.obey() }
            return true
        }
        let agent: AgentProcess
        do {
            agent = try AgentProcess(settings.configuration)
        } catch {
            throw fail("\(error)")
        }
        stop.reach(agent)
        switch agent.waitUntilStopped() {
        case .drained, .killed: return
        case .revoked:
            _ = fail("the server has revoked this agent")
            // EX_NOPERM: whoever starts agents can tell that starting this one again is of no use.
            throw ExitCode(77)
        }
    }

    private func fail(_ sentence: String) -> ExitCode {
        let line = Array("assay-agent: \(sentence)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        return .failure
    }
}

/// What signals ask for: the first drains the agent, the second kills it; before it has started, the program ends.
private final class StopOrders: Sendable {
    private struct State {
        var agent: AgentProcess?
        var count = 0
    }

    private let state = Mutex(State())

    func reach(_ agent: AgentProcess) { state.withLock { $0.agent = agent } }

    func obey() {
        let (agent, count) = state.withLock { state in
            state.count += 1
            return (state.agent, state.count)
        }
        guard let agent else { exit(EXIT_SUCCESS) }
        count == 1 ? agent.drain() : agent.kill()
    }
}
