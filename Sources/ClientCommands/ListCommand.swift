package import ArgumentParser
import Domain

/// Lists the runs of a project, newest first.
package struct ListCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the runs of a project, newest first.")

    @Option(name: .shortAndLong, help: "Project key; default ASSAY_PROJECT.")
    var project: String?

    @Option(
        help: "Only these, comma-separated: pending, running, retrying, passed, failed, timeout, cancelled, aborted.")
    var status: String?

    @Option(help: "Only runs of this suite.")
    var suite: String?

    @Option(name: .customLong("case"), help: "Only runs of this test case.")
    var testCase: String?

    @Option(help: "Only this branch.")
    var branch: String?

    @Option(name: .shortAndLong, help: "Runs at most, 1 to 200.")
    var limit = 20

    @Flag(help: "Print a JSON list of the runs, as the API answers them.")
    var json = false

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let server = try ServerClient.known(context)
        var path = "/executions?project=\(escaped(try context.project(project)))&limit=\(limit)"
        for (name, value) in [("status", status), ("suite", suite), ("case", testCase), ("branch", branch)] {
            if let value { path += "&\(name)=\(escaped(value))" }
        }
        let items = try server.get(path)["items"]?.array ?? []
        if json {
            context.print(text(.array(items)))
            return ClientExit.passed
        }
        let rows = items.map(row)
        let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: max(0, $1 - $0.count)) }
            context.print((cells + row.dropFirst(3)).filter { !$0.isEmpty }.joined(separator: "  "))
        }
        if rows.isEmpty { context.print("no runs") }
        return ClientExit.passed
    }

    private func row(_ item: JSONValue) -> [String] {
        let run = RunView(item)
        let passed = run.counts["total"].map { "\(run.counts["passed"] ?? 0)/\($0)" }
        let branch = item["revision"]?["branch"]?.string
        let took = [run.durationMs.map(durationText), passed, branch].compactMap { $0 }.joined(separator: "  ")
        return [run.number.map { "#\($0)" } ?? "", run.status, run.name, took]
    }
}
