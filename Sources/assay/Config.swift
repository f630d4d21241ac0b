import ClientCommands
import Glibc

/// The only place of this program that reads the environment and the terminal.
enum Config {
    static func read() -> ClientContext {
        let config = value("XDG_CONFIG_HOME") ?? (value("HOME") ?? "/root") + "/.config"
        return ClientContext(
            url: value("ASSAY_URL"), token: value("ASSAY_TOKEN"), project: value("ASSAY_PROJECT"),
            configDirectory: config + "/assay", isTerminal: isatty(STDOUT_FILENO) == 1 && value("CI") == nil,
            write: { text in
                var rest = Array(text.utf8)[...]
                while !rest.isEmpty {
                    let count = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                    guard count > 0 else { return }
                    rest = rest.dropFirst(count)
                }
            }, askSecret: askSecret, readInput: readInput, now: ClientContext.wallClock)
    }

    private static func value(_ name: String) -> String? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return String(cString: value)
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
