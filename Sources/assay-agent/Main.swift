import AgentRuntime
import ArgumentParser
import Glibc

/// Takes test cases from an Assay server and runs them on this machine.
@main
struct Main: ParsableCommand {
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
        signal(SIGPIPE, SIG_IGN)
        var stopSignals = sigset_t()
        sigemptyset(&stopSignals)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&stopSignals, number) }
        // Before any thread starts, so that all inherit it and only sigwait sees them.
        pthread_sigmask(SIG_BLOCK, &stopSignals, nil)
        let agent: AgentProcess
        do {
            agent = try AgentProcess(settings.configuration)
        } catch {
            throw fail("\(error)")
        }
        obeySignals(agent, stopSignals)
        switch agent.waitUntilStopped() {
        case .drained, .killed: return
        case .revoked: throw fail("the server has revoked this agent")
        }
    }

    private func obeySignals(_ agent: AgentProcess, _ signals: sigset_t) {
        onStopSignals(signals) { count in
            if count == 1 { agent.drain() } else { agent.kill() }
        }
    }

    private func fail(_ sentence: String) -> ExitCode {
        let line = Array("assay-agent: \(sentence)\n".utf8)
        _ = write(STDERR_FILENO, line, line.count)
        return .failure
    }
}
