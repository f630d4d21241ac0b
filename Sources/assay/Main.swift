import ClientCommands
import Glibc

/// Starts and watches test runs on an Assay server.
@main
struct Main {
    static func main() {
        signal(SIGPIPE, SIG_IGN)
        let (code, message) = runAssay(Array(CommandLine.arguments.dropFirst()), Config.read())
        if let message {
            let line = Array((message + "\n").utf8)
            _ = write(STDERR_FILENO, line, line.count)
        }
        exit(code)
    }
}
