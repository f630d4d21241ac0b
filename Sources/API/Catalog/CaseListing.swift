import Catalog
import Domain
import Reports
import Wire

/// What lists of test cases show besides the definition: how each has been doing.
enum CaseListing {
    static let outcomes = 12

    static var parameters: [QueryParameter] {
        [
            QueryParameter(
                "include", .words(["history"]), isList: true,
                "`history` adds history and lastOutcome, alone and in suites.")
        ]
    }

    static func extras(
        of cases: [Versioned<CaseDefinition>], _ call: Call
    ) throws -> [ID<TestCase>: [String: JSONValue]] {
        guard call.query.texts("include").contains("history") else { return [:] }
        let found = try call.services.recentOutcomes.of(
            cases.map(\.id.uuid), project: try call.project(), limit: outcomes)
        var extras: [ID<TestCase>: [String: JSONValue]] = [:]
        for one in cases {
            let own = found[one.id.uuid] ?? []
            let last = own.last.map { last -> JSONValue in
                [
                    "execution": .id(last.execution), "status": .string(last.status),
                    "finishedAt": .time(last.finishedAt),
                ]
            }
            extras[one.id] = ["history": .array(own.map { .string($0.status) }), "lastOutcome": last ?? .null]
        }
        return extras
    }
}
