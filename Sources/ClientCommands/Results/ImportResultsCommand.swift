package import ArgumentParser
import Domain
import Glibc

/// Sends files of results as one run.
package struct ImportResultsCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Send files of results; together they are one run.",
        discussion: """
            Patterns are quoted, so that ** reaches into directories: assay results import 'reports/**/*.xml' --suite nightly. \
            - is standard input. In a job of GitHub Actions, GitLab, Jenkins, Buildkite, CircleCI or Azure Pipelines branch, \
            commit and address are read from its variables. A line of the file that cannot be read is listed on the run's page. \
            Exit code 0: taken; with --fail 1 when the run did not pass; 2: not taken.
            """)

    @Argument(help: "Files or patterns.")
    var files: [String]

    @Option(name: .shortAndLong, help: "Project key; default ASSAY_PROJECT.")
    var project: String?

    @Option(help: "Key of the suite the results belong to.")
    var suite: String?

    @Option(help: "Format; default by content.")
    var format: String?

    @Option(help: "What people call the run; default the suite's name.")
    var name: String?

    @Option(help: "Branch that was tested.")
    var branch: String?

    @Option(help: "Commit that was tested.")
    var commit: String?

    @Option(name: .shortAndLong, help: "Where it ran.")
    var environment: String?

    @Option(help: "Where the run is seen, such as a CI job.")
    var url: String?

    @Option(help: "Names the run, so that a repeat adds nothing and other jobs may add to it; default one of its own.")
    var runKey: String?

    @Flag(help: "Leave the run open for other jobs that send with the same --run-key; default that of the CI pipeline.")
    var keepOpen = false

    @Flag(help: "Files without tests pass.")
    var allowEmpty = false

    @Flag(help: "Exit code by the verdict: 1 when the run did not pass.")
    var fail = false

    @Flag(help: "Print the run as JSON at the end, and nothing else.")
    var json = false

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let paths = files.flatMap { FileGlob.files($0) }
        guard !paths.isEmpty else { throw ClientError("no file matches \(files.joined(separator: " "))") }
        let server = try ServerClient.known(context)
        guard let key = runKey ?? (keepOpen ? CIRun(context.variable).key : UUIDv7(at: context.now()).description)
        else {
            throw ClientError("--keep-open needs --run-key, the same in all jobs")
        }
        var sent = Sent()
        for (index, path) in paths.enumerated() {
            let isLast = index == paths.count - 1
            let query = try query(context, runKey: key, path, complete: isLast && !keepOpen)
            let answer = try send(path, query, to: server, context)
            sent.add(answer)
            if !json {
                let before = paths.count > 1 ? "[\(index + 1)/\(paths.count)] " : ""
                context.print("\(before)\(path): \(Self.words(answer))")
            }
        }
        return try sent.tell(server, context, json: json, byVerdict: fail)
    }

    private func query(
        _ context: ClientContext, runKey: String, _ path: String, complete: Bool
    ) throws(ClientError) -> String {
        let ci = CIRun(context.variable)
        let given: [(String, String?)] = [
            ("suite", suite), ("format", format), ("name", name), ("branch", branch ?? ci.branch),
            ("commit", commit ?? ci.commit), ("environment", environment), ("url", url ?? ci.url), ("runKey", runKey),
            ("file", path == "-" ? nil : String(path.suffix(255))), ("allowEmpty", allowEmpty ? "true" : nil),
            ("complete", complete ? "true" : "false"),
        ]
        return given.reduce("?project=\(escaped(try context.project(project)))") { query, pair in
            pair.1.map { query + "&\(pair.0)=\(escaped($0))" } ?? query
        }
    }

    /// Sends one file and waits until it is read.
    private func send(
        _ path: String, _ query: String, to server: ServerClient, _ context: ClientContext
    ) throws(ClientError) -> JSONValue {
        var answer: JSONValue
        do throws(ClientError) {
            if path == "-" {
                answer = try server.post("/results\(query)", context.readInput(), type: "application/octet-stream")
            } else {
                guard access(path, R_OK) == 0 else {
                    throw ClientError("cannot be read: \(String(cString: strerror(errno)))")
                }
                answer = try server.upload("/results\(query)", file: path)
            }
        } catch {
            throw ClientError(path == "-" ? error.description : "\(path): \(error.description)")
        }
        while ["waiting", "reading"].contains(answer["state"]?.string ?? ""), let id = answer["id"]?.string {
            if context.isTerminal, !json {
                let total = max(1, answer["bytes"]?.integer ?? 1)
                context.write("\r\(path): \((answer["bytesRead"]?.integer ?? 0) * 100 / total) % read ")
            }
            server.pause(1)
            answer = try server.get("/results/\(escaped(id))")
        }
        if context.isTerminal, !json { context.write("\r\u{1B}[K") }
        return answer
    }

    /// `120 results (junit), 2 refused`.
    private static func words(_ answer: JSONValue) -> String {
        let runs = answer["runs"]?.array ?? []
        func sum(_ name: String) -> Int64 { runs.reduce(0) { $0 + ($1[name]?.integer ?? 0) } }
        var parts = ["\(sum("accepted")) results (\(answer["format"]?.string ?? ""))"]
        if sum("duplicates") > 0 { parts.append("\(sum("duplicates")) known already") }
        if sum("refused") > 0 { parts.append("\(sum("refused")) refused") }
        if answer["state"]?.string == "damaged" { parts.append("the file is damaged") }
        return parts.joined(separator: ", ")
    }
}

/// The runs that came of what was sent.
private struct Sent {
    private var runs: [String] = []

    mutating func add(_ answer: JSONValue) {
        for run in answer["runs"]?.array ?? [] {
            if let id = run["id"]?.string, !runs.contains(id) { runs.append(id) }
        }
    }

    func tell(
        _ server: ServerClient, _ context: ClientContext, json: Bool, byVerdict: Bool
    ) throws(ClientError) -> Int32 {
        var code = ClientExit.passed
        var documents: [JSONValue] = []
        for id in runs {
            let document = try server.get("/executions/\(escaped(id))")
            documents.append(document)
            let run = RunView(document)
            if byVerdict, run.isFinal, run.exitCode() != ClientExit.passed { code = ClientExit.failed }
            guard !json else { continue }
            let reason = run.sentence.map { ": \($0)" } ?? ""
            context.print("\(run.title) \(run.status)\(reason) \(run.url(server))")
        }
        if json { context.print(text(documents.count == 1 ? documents[0] : .array(documents))) }
        return code
    }
}
