package import Catalog
import Domain
import Identity
package import Wire

extension Slice {
    /// Test cases, suites and items; applying a whole project.
    static let catalog = Slice(
        routes: Routes.catalog,
        answers: AnswerShapes.catalog)
}

extension OwnedKind {
    static let testCase = OwnedKind("testCase") { try $0.testCases.project(of: ID($1)) }
    static let testSuite = OwnedKind("testSuite") { try $0.testSuites.project(of: ID($1)) }
    static let testItem = OwnedKind("testItem") { try $0.testItems.project(of: ID($1)) }
}

extension Services {
    package var testCases: TestCases { TestCases(pool: pool, audit: Services.auditSink) }
    package var testSuites: TestSuites { TestSuites(pool: pool, audit: Services.auditSink) }
    package var testItems: TestItems { TestItems(pool: pool, audit: Services.auditSink) }
    package var resolve: ResolveDefinitions { ResolveDefinitions(pool: pool) }
    package var applyCatalog: ApplyCatalog {
        ApplyCatalog(pool: pool, audit: Services.auditSink, environments: .identity)
    }

    private static let auditSink: AuditSink = { try Audit.record($0, $1, by: $2) }
}

extension EnvironmentSeam {
    /// The environments that Identity keeps.
    fileprivate static let identity = EnvironmentSeam(
        check: { Environments.faults(name: $0, variables: $1, at: $2) },
        current: { try EnvironmentStore.lock($2, $1, $0)?.variables },
        put: { _ = try EnvironmentStore.put($2, $3, $1, $4, $0) })
}

extension CatalogError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .conflict(let reason): Problem(.conflict, reason)
        case .versionMismatch(let current): .versionMismatch(current: current)
        }
    }
}
