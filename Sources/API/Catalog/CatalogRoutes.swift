import Catalog
import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let catalog: [Route] =
        DefinitionRoutes(
            path: "/api/v1/test-cases", noun: "test case", schema: "TestCase", owner: .testCase,
            shape: CatalogShapes.testCase, feature: { $0.testCases },
            parameters: CaseListing.parameters, extras: { try CaseListing.extras(of: $0, $1) }
        ).all
        + DefinitionRoutes(
            path: "/api/v1/test-suites", noun: "test suite", schema: "TestSuite", owner: .testSuite,
            shape: CatalogShapes.testSuite, feature: { $0.testSuites },
            parameters: SuiteListing.parameters, extras: { try SuiteListing.extras(of: $0, $1) }
        ).all
        + DefinitionRoutes(
            path: "/api/v1/test-items", noun: "test item", schema: "TestItem", owner: .testItem,
            shape: CatalogShapes.testItem, feature: { $0.testItems }
        ).all
        + [apply]

    private static let apply = Route(
        .post, "/api/v1/catalog/apply", .project(.editCatalog, .query), "Bring a project to the state of a document",
        query: [.project, QueryParameter("dryRun", .boolean, "Only answer what would change.")],
        body: .document(CatalogShapes.apply), answer: AnswerDoc(200, "What changed, or would change.", .one("Changes"))
    ) { call in
        let dryRun = call.query.flag("dryRun") ?? false
        let format = try call.catalogFormat()
        let project = try call.project()
        func apply(dryRun: Bool) throws -> [CatalogChange] {
            try call.services.applyCatalog.apply(
                call.request.body, format: format, project: project, dryRun: dryRun, by: call.caller)
        }
        // Environments need a right of their own, which a document must not get around.
        if try !dryRun && call.principal().access(.manageEnvironments, in: project) != .allowed {
            let touches = try apply(dryRun: true).contains { $0.kind == "environment" && $0.action != .unchanged }
            guard !touches else { throw Problem(.forbidden, "Your role does not allow changing environments.") }
        }
        let changes = try apply(dryRun: dryRun)
        return .json(["dryRun": .bool(dryRun), "changes": .array(changes.map(\.json))])
    }
}

extension Call {
    fileprivate func catalogFormat() throws -> CatalogFormat {
        switch BodyReading.mediaType(request.header("Content-Type")) {
        case "application/json": .json
        case "application/yaml", "application/x-yaml", "text/yaml": .yaml
        default: throw Problem(.unsupportedMediaType, "Send the document as application/yaml or application/json.")
        }
    }
}

extension CatalogChange {
    fileprivate var json: JSONValue {
        [
            "kind": .string(kind), "key": .string(key), "action": .string(action.rawValue), "fields": .texts(fields),
        ]
    }
}
