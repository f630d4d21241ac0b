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
    /// Reads from `reader`, which the caller finishes.
    package static func read(_ reader: inout FieldReader) -> SuiteDefinition {
        let suite = SuiteDefinition(
            key: reader.humanKey("key"), name: reader.string("name", Limits.definitionName),
            description: reader.string("description", Limits.description),
            cases: reader.strings("cases", Limits.casesPerSuite, each: 1...63, .key),
            tags: reader.string("tags", Limits.tagExpression),
            options: reader.object("options", SuiteOptions.read) ?? SuiteOptions())
        if reader.has("cases") == reader.has("tags") { reader.fault("", "must have exactly one of cases and tags") }
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
        SuiteOptions(
            parallel: reader.integer("parallel", in: Limits.parallelCases).map { Int($0) },
            stopOnFailure: reader.bool("stopOnFailure") ?? false,
            environment: reader.string("environment", 1...63, .key),
            timeoutMs: reader.integer("timeoutMs", in: Limits.timeoutMs),
            retry: reader.object("retry", RetryPolicy.read))
    }
}
