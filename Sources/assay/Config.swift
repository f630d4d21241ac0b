import ClientCommands
import Glibc

/// The only place of this program that reads the environment and the terminal.
enum Config {
    static func read() -> ClientContext {
        let config = value("XDG_CONFIG_HOME") ?? (value("HOME") ?? "/root") + "/.config"
        return ClientContext(
            url: value("ASSAY_URL"), token: value("ASSAY_TOKEN"), project: value("ASSAY_PROJECT"),
            configDirectory: config + "/assay", isTerminal: isatty(STDOUT_FILENO) == 1 && value("CI") == nil,
            write: { write($0, to: STDOUT_FILENO) }, writeError: { write($0, to: STDERR_FILENO) },
            onInterrupt: catchInterrupts, askSecret: askSecret, readInput: readInput, now: ClientContext.wallClock,
            variable: value)
    }

    @Sendable private static func value(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// Threads that are made later inherit that SIGINT is blocked: only the one that waits for it gets it.
    @Sendable private static func catchInterrupts(_ handler: @escaping @Sendable () -> Void) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let box = Unmanaged.passRetained(InterruptHandler(handler))
        var thread = pthread_t()
        pthread_create(&thread, nil, waitForInterrupts, box.toOpaque())
        pthread_detach(thread)
    }

    @Sendable private static func askSecret(_ prompt: String) -> String? {
        guard isatty(STDIN_FILENO) == 1, let text = getpass(prompt) else { return nil }
        return String(cString: text)
    }

    @Sendable private static func readInput() -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
            guard count > 0 else { return bytes }
            bytes.append(contentsOf: buffer.prefix(count))
        }
    }
}

private final class InterruptHandler: Sendable {
    let handler: @Sendable () -> Void

    init(_ handler: @escaping @Sendable () -> Void) { self.handler = handler }
}

private func waitForInterrupts(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let box = Unmanaged<InterruptHandler>.fromOpaque(argument).takeRetainedValue()
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    var signal: Int32 = 0
    guard sigwait(&set, &signal) == 0 else { return nil }
    box.handler()
    guard sigwait(&set, &signal) == 0 else { return nil }
    _exit(ClientExit.interrupted)
}
