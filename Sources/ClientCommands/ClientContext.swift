package import Domain
import Glibc

/// The outside world of the command line: what the program reads from it, and where it writes.
package struct ClientContext: Sendable {
    /// `ASSAY_URL`, `ASSAY_TOKEN`, `ASSAY_PROJECT` when set.
    package var url: String?
    package var token: String?
    package var project: String?
    /// Directory of `credentials.json`, normally `~/.config/assay`.
    package var configDirectory: String
    /// Whether standard output is a terminal: a progress bar instead of lines.
    package var isTerminal: Bool
    /// Writes to standard output, without adding a line end.
    package var write: @Sendable (String) -> Void
    /// The same for standard error.
    package var writeError: @Sendable (String) -> Void
    /// Has Ctrl-C call the handler, from another thread, instead of ending the program; a second one ends it.
    package var onInterrupt: @Sendable (@escaping @Sendable () -> Void) -> Void
    /// Asks for a secret without showing it; nil when nobody can be asked.
    package var askSecret: @Sendable (String) -> String?
    /// All of standard input.
    package var readInput: @Sendable () -> [UInt8]
    package var now: @Sendable () -> Timestamp
    /// A variable of the environment, for what CI systems say.
    package var variable: @Sendable (String) -> String?
    /// First wait before a lost connection is tried again.
    package var retryMs: Int

    package init(
        url: String? = nil, token: String? = nil, project: String? = nil, configDirectory: String,
        isTerminal: Bool = false, write: @escaping @Sendable (String) -> Void,
        writeError: @escaping @Sendable (String) -> Void = { _ in },
        onInterrupt: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in },
        askSecret: @escaping @Sendable (String) -> String? = { _ in nil },
        readInput: @escaping @Sendable () -> [UInt8] = { [] }, now: @escaping @Sendable () -> Timestamp,
        variable: @escaping @Sendable (String) -> String? = { _ in nil }, retryMs: Int = 250
    ) {
        self.url = url
        self.token = token
        self.project = project
        self.configDirectory = configDirectory
        self.isTerminal = isTerminal
        self.write = write
        self.writeError = writeError
        self.onInterrupt = onInterrupt
        self.askSecret = askSecret
        self.readInput = readInput
        self.now = now
        self.variable = variable
        self.retryMs = retryMs
    }

    /// The clock of this machine.
    package static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    func print(_ line: String) { write(line + "\n") }

    /// The same, with nothing shown.
    var silent: ClientContext {
        var context = self
        context.isTerminal = false
        context.write = { _ in }
        return context
    }
}

/// Exit codes that scripts rely on.
package enum ClientExit {
    package static let passed: Int32 = 0
    package static let failed: Int32 = 1
    /// The question could not be answered: no connection, no permission, no such thing, aborted.
    package static let couldNotRun: Int32 = 2
    /// Ctrl-C, as shells count it.
    package static let interrupted: Int32 = 130
}

/// Why a command could not do its work, for a person.
package struct ClientError: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
