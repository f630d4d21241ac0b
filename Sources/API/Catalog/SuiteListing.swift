import Catalog
import Domain
import Executions
import Wire

/// What lists of suites show besides the definition: how many cases it has, and how it has been doing.
enum SuiteListing {
    static var parameters: [QueryParameter] {
        [QueryParameter("include", .words(["history"]), isList: true, "`history` adds history, medianMs and lastRun.")]
    }

    static func extras(
        of suites: [Versioned<SuiteDefinition>], _ call: Call
    ) throws -> [ID<TestSuite>: [String: JSONValue]] {
        let project = try call.project()
        let counts = try call.services.resolve.caseCounts(of: suites, project: project)
        let withHistory = call.query.texts("include").contains("history")
        var extras: [ID<TestSuite>: [String: JSONValue]] = [:]
        for suite in suites {
            var members: [String: JSONValue] = ["caseCount": .count(counts[suite.id] ?? 0)]
            if withHistory {
                members.merge(try history(of: suite.definition.key, project, call)) { _, added in added }
            }
            extras[suite.id] = members
        }
        return extras
    }

    private static func history(of key: String, _ project: ID<Project>, _ call: Call) throws -> [String: JSONValue] {
        var filter = ExecutionFilter()
        filter.definitionKeys = [key]
        filter.kinds = [.suite, .import]
        let runs = try call.services.findExecutions.list(project: project, filter, limit: 12, after: nil).items
        let durations = runs.compactMap { $0["totalDurationMs"]?.integer }.sorted()
        let last = runs.first.map { run -> JSONValue in
            .object(run.object?.filter { ["id", "number", "status", "startedAt"].contains($0.key) } ?? [:])
        }
        return [
            "history": .array(runs.reversed().compactMap { $0["status"] }),
            "medianMs": durations.isEmpty ? .null : .integer(durations[durations.count / 2]), "lastRun": last ?? .null,
        ]
    }
}
