/// What a test suite runs: the immutable document of one version.
package struct SuiteDefinition: Equatable, Sendable, Codable {
    package var key: String
    package var name: String
    package var description: String?
    /// Keys of the cases to run, in this order; nil when `tags` chooses them.
    package var cases: [String]?
    /// A tag expression; the cases it chooses run in the order of their keys.
    package var tags: String?
    package var options: SuiteOptions

    package init(
        key: String, name: String? = nil, description: String? = nil, cases: [String]? = nil, tags: String? = nil,
        options: SuiteOptions = SuiteOptions()
    ) {
        self.key = key
        self.name = name ?? key
        self.description = description
        self.cases = cases
        self.tags = tags
        self.options = options
    }
}

/// How the cases of a suite are run.
package struct SuiteOptions: Equatable, Sendable, Codable {
    /// At most this many cases at once; nil is no limit.
    package var parallel: Int?
    package var stopOnFailure: Bool
    package var environment: String?
    package var timeoutMs: Int64?
    package var retry: RetryPolicy?

    package init(
        parallel: Int? = nil, stopOnFailure: Bool = false, environment: String? = nil, timeoutMs: Int64? = nil,
        retry: RetryPolicy? = nil
    ) {
        self.parallel = parallel
        self.stopOnFailure = stopOnFailure
        self.environment = environment
        self.timeoutMs = timeoutMs
        self.retry = retry
    }
}

extension SuiteDefinition {
    /// Most cases one suite can list or choose.
    package static let maximumCases = 10_000

    /// Reads from `reader`, which the caller finishes.
    package static func read(_ reader: inout FieldReader) -> SuiteDefinition {
        let suite = SuiteDefinition(
            key: reader.humanKey("key"), name: reader.string("name", maximumLength: 255),
            description: reader.string("description"), cases: reader.strings("cases", maximumCount: maximumCases),
            tags: reader.string("tags"), options: reader.object("options", SuiteOptions.read) ?? SuiteOptions())
        if reader.has("cases") == reader.has("tags") { reader.fault("", "must have exactly one of cases and tags") }
        if suite.cases?.isEmpty == true { reader.fault("cases", "must name at least one test case") }
        for (index, key) in (suite.cases ?? []).enumerated() where !isHumanKey(key) {
            reader.faults.append(FieldFault(reader.path("cases") + "/\(index)", "is not a key of a test case"))
        }
        do {
            if let tags = suite.tags { _ = try TagExpression(parsing: tags) }
        } catch {
            reader.fault("tags", error.message)
        }
        return suite
    }
}

extension SuiteOptions {
    static func read(_ reader: inout FieldReader) -> SuiteOptions {
        let environment = reader.string("environment")
        if let environment, !isHumanKey(environment) { reader.fault("environment", "is not a name of an environment") }
        return SuiteOptions(
            parallel: reader.integer("parallel", in: 1...1000).map { Int($0) },
            stopOnFailure: reader.bool("stopOnFailure") ?? false, environment: environment,
            timeoutMs: reader.integer("timeoutMs", in: 1...86_400_000), retry: reader.object("retry", RetryPolicy.read))
    }
}
