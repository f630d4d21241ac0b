package import ArgumentParser
import Domain

/// Starts a suite or a case.
package struct RunCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Start a test suite or a single test case.",
        discussion: """
            With --wait the exit code is 0 when it passed, 1 when it did not, 2 when it could not be run: no server, no such \
            suite, aborted, or a variable, secret or program is missing. 130: Ctrl-C. --junit needs --wait.
            """)

    @Argument(help: "Key of the suite.")
    var suite: String?

    @Option(name: .customLong("case"), help: "Key of a single test case to run instead of a suite.")
    var testCase: String?

    @Option(name: .shortAndLong, help: "Project key; default ASSAY_PROJECT.")
    var project: String?

    @Flag(name: .shortAndLong, help: "Follow the run to its end.")
    var wait = false

    @Option(help: "Test item the cases run against.")
    var item: String?

    @Option(name: .shortAndLong, help: "Environment to run in.")
    var environment: String?

    @Option(name: .customLong("parameter"), help: "name=value; can be repeated.")
    var parameters: [String] = []

    @Option(name: .customLong("label"), help: "Label of the run; can be repeated.")
    var labels: [String] = []

    @Option(help: "low, normal, high or urgent.")
    var priority: String?

    @Option(help: "Time limit in milliseconds.")
    var timeoutMs: Int?

    @Option(help: "Commit that is tested.")
    var commit: String?

    @Option(help: "Branch that is tested.")
    var branch: String?

    @OptionGroup var options: FollowOptions

    package init() {}

    package func validate() throws {
        guard wait || (options.junit == nil && !options.cancelOnInterrupt) else {
            throw ValidationError("--junit and --cancel-on-interrupt need --wait")
        }
    }

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let body = try body(context)
        let server = try ServerClient.known(context)
        let key = UUIDv7(at: context.now()).description
        let document = try server.post("/executions", body, idempotencyKey: key)
        let execution = RunView(document)
        if !options.json { context.print("\(execution.title) started: \(execution.url(server))") }
        if options.json, !wait { context.print(text(document)) }
        guard wait else { return ClientExit.passed }
        return try Follow(server: server, context: context, options: options).toTheEnd(execution.id)
    }

    private func body(_ context: ClientContext) throws(ClientError) -> JSONValue {
        guard (suite == nil) != (testCase == nil) else {
            throw ClientError("say what to run: the key of a suite, or --case KEY")
        }
        var body: [String: JSONValue] = ["project": .string(try context.project(project))]
        if let suite { body["testSuite"] = .string(suite) }
        if let testCase { body["testCase"] = .string(testCase) }
        if let item { body["testItem"] = .string(item) }
        if let environment { body["environment"] = .string(environment) }
        if let priority { body["priority"] = .string(priority) }
        if let timeoutMs { body["timeoutMs"] = .integer(Int64(timeoutMs)) }
        if !labels.isEmpty { body["labels"] = .array(labels.map { .string($0) }) }
        if !parameters.isEmpty {
            var values: [String: JSONValue] = [:]
            for parameter in parameters {
                guard let equals = parameter.firstIndex(of: "=") else {
                    throw ClientError("'\(parameter)' is not name=value")
                }
                values[String(parameter[..<equals])] = .string(String(parameter[parameter.index(after: equals)...]))
            }
            body["parameters"] = .object(values)
        }
        var revision: [String: JSONValue] = [:]
        if let commit { revision["commit"] = .string(commit) }
        if let branch { revision["branch"] = .string(branch) }
        if !revision.isEmpty { body["revision"] = .object(revision) }
        return .object(body)
    }
}
