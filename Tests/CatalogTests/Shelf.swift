import Domain
import MariaDB
import Support
import Synchronization

@testable import Catalog

/// A project `demo`, a project the caller has no business in, and the catalog's use cases on a real database.
final class Shelf: Sendable {
    let database: TestDatabase
    let demo: ID<Project>
    let other: ID<Project>
    let caller = Caller(kind: .user, id: nil, userID: nil, name: "Olga")
    /// Actions handed to the audit log, and the variables of environments, which other features keep.
    let audited = Mutex<[AuditEntry]>([])
    let variables = Mutex<[String: [String: String]]>([:])

    var pool: Pool { database.pool }
    var cases: TestCases { TestCases(pool: pool, audit: sink) }
    var suites: TestSuites { TestSuites(pool: pool, audit: sink) }
    var items: TestItems { TestItems(pool: pool, audit: sink) }
    var resolve: ResolveDefinitions { ResolveDefinitions(pool: pool) }
    var environments: [String: [String: String]] { variables.withLock { $0 } }
    var actions: [String] { audited.withLock { $0.map(\.action) } }

    init() throws {
        database = try TestDatabase.fresh()
        demo = ID(at: Timestamp(milliseconds: 1))
        other = ID(at: Timestamp(milliseconds: 2))
    }

    private var sink: AuditSink {
        { _, entry, _ in self.audited.withLock { $0.append(entry) } }
    }

    func apply(_ text: String, _ format: CatalogFormat = .yaml, dryRun: Bool = false) throws -> [CatalogChange] {
        try apply(Array(text.utf8), format, dryRun: dryRun)
    }

    func apply(_ bytes: [UInt8], _ format: CatalogFormat = .yaml, dryRun: Bool = false) throws -> [CatalogChange] {
        let environments = EnvironmentSeam(
            check: { name, _, pointer in isHumanKey(name) ? [] : [FieldFault(pointer + "/name", "is no name")] },
            current: { _, _, name in self.variables.withLock { $0[name] } },
            put: { _, _, name, values, _ in self.variables.withLock { $0[name] = values } })
        return try ApplyCatalog(pool: pool, audit: sink, environments: environments)
            .apply(bytes, format: format, project: demo, dryRun: dryRun, by: caller)
    }

    /// The faults `work` throws; empty when it throws none.
    func faults(_ work: () throws -> Void) throws -> [FieldFault] {
        do {
            try work()
            return []
        } catch CatalogError.invalid(let faults) {
            return faults
        }
    }

    @discardableResult
    func addCase(_ key: String, tags: [String] = [], project: ID<Project>? = nil) throws -> Versioned<CaseDefinition> {
        try cases.create(document(key, tags: tags), project: project ?? demo, by: caller)
    }

    func document(_ key: String, tags: [String] = []) -> JSONValue {
        [
            "key": .string(key), "name": .string("Case \(key)"), "tags": .array(tags.map { .string($0) }),
            "steps": [["name": "go", "command": ["argv": ["true"]]]],
        ]
    }
}

let hostileTexts = [
    "'; DROP TABLE test_cases; --", "\" OR 1=1 --", "\\' OR ''='", "%_%", "ünï¢ödé 🧪", "👩‍👩‍👧‍👦", "\u{202e}rtl",
    String(repeating: "x", count: 5000), "", " ", "${secret:X}", "a\nb", "?", "\u{feff}", "\u{0}",
]
