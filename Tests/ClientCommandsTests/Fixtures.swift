import ClientCommands
import Doubles
import Glibc
import Synchronization

/// A home directory, an output that is kept, and a server double to talk to.
final class Terminal: Sendable {
    let output = Mutex("")
    private let errorOutput = Mutex("")
    private let handler = Mutex<(@Sendable () -> Void)?>(nil)
    let directory: String
    let server: HTTPServerDouble
    private let isTerminal: Bool

    init(
        isTerminal: Bool = false, _ handler: @escaping @Sendable (HTTPServerDouble.Received) -> HTTPServerDouble.Answer
    ) throws {
        directory = "/tmp/assay-client-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        server = try HTTPServerDouble(handler)
        self.isTerminal = isTerminal
        mkdir(directory, 0o700)
    }

    deinit {
        for name in ["config/credentials.json", "config", "assay.yaml", "b.yml", "c.json", "notes.txt"] {
            remove("\(directory)/\(name)")
        }
        remove(directory)
    }

    var text: String { output.withLock { $0 } }
    var errors: String { errorOutput.withLock { $0 } }

    /// Ctrl-C, once the command waits for it.
    func interrupt() { handler.withLock { $0 }?() }

    var lines: [String] { text.split(separator: "\n").map(String.init) }

    func context(token: String? = "t-1", url: String? = nil) -> ClientContext {
        ClientContext(
            url: url ?? (token == nil ? nil : server.url), token: token, project: "demo",
            configDirectory: directory + "/config", isTerminal: isTerminal,
            write: { [self] text in output.withLock { $0 += text } },
            writeError: { [self] text in errorOutput.withLock { $0 += text } },
            onInterrupt: { [self] given in handler.withLock { $0 = given } }, askSecret: { _ in "asked" },
            readInput: { Array("testCases: []".utf8) }, now: ClientContext.wallClock, retryMs: 5)
    }

    func run(_ arguments: String...) -> (code: Int32, message: String?) { runAssay(arguments, context()) }

    func read(_ name: String) -> String? {
        guard let file = fopen("\(directory)/\(name)", "r") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    func write(_ name: String, _ text: String) -> String {
        let path = "\(directory)/\(name)"
        let file = fopen(path, "w")
        fputs(text, file)
        fclose(file)
        return path
    }
}

func problem(_ status: Int, _ detail: String, _ more: String = "") -> HTTPServerDouble.Answer {
    .json(status, #"{"title":"Problem","status":\#(status),"detail":"\#(detail)","code":"x"\#(more)}"#)
}

let runID = "0190a000-0000-7000-8000-000000000001"
let caseID = "0190a000-0000-7000-8000-000000000002"

func execution(_ status: String, kind: String = "suite", more: String = "") -> String {
    #"{"id":"\#(runID)","number":12,"name":"smoke","kind":"\#(kind)","project":"demo","status":"\#(status)","totalDurationMs":1234,"counts":{"total":2,"passed":1,"failed":1}\#(more)}"#
}

let child =
    #"{"id":"\#(caseID)","number":null,"name":"Log in","kind":"case","project":"demo","status":"failed","definition":{"key":"log-in"},"error":{"message":"exit code is 3, expected 0"}}"#
