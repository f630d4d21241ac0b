package import Domain

/// Everything an execution was started with; immutable, stored beside its row.
///
/// A child of a suite stores only its `case` and reads the rest from its root.
package struct FrozenRequest: Codable, Equatable, Sendable {
    /// One version of a test case, with what the queue needs of it.
    package struct Case: Codable, Equatable, Sendable {
        package var id: ID<TestCase>
        package var key: String
        package var name: String
        package var version: Int
        package var type: CaseType
        package var labels: [String]
        package var timeoutMs: Int64?
        package var retry: RetryPolicy?

        package init(
            id: ID<TestCase>, key: String, name: String, version: Int, type: CaseType = .generic,
            labels: [String] = [], timeoutMs: Int64? = nil, retry: RetryPolicy? = nil
        ) {
            self.id = id
            self.key = key
            self.name = name
            self.version = version
            self.type = type
            self.labels = labels
            self.timeoutMs = timeoutMs
            self.retry = retry
        }
    }

    /// One version of a suite: its cases in order and how they may run.
    package struct Suite: Codable, Equatable, Sendable {
        package var id: ID<TestSuite>
        package var key: String
        package var name: String
        package var version: Int
        /// Stored apart from the request, which each child reads: empty in one that was read back.
        package var cases: [Case]
        /// At most this many cases at once; nil is no limit.
        package var parallel: Int?
        package var stopOnFailure: Bool
        /// For cases that say nothing themselves.
        package var timeoutMs: Int64?
        package var retry: RetryPolicy?

        package init(
            id: ID<TestSuite>, key: String, name: String, version: Int, cases: [Case], parallel: Int? = nil,
            stopOnFailure: Bool = false, timeoutMs: Int64? = nil, retry: RetryPolicy? = nil
        ) {
            self.id = id
            self.key = key
            self.name = name
            self.version = version
            self.cases = cases
            self.parallel = parallel
            self.stopOnFailure = stopOnFailure
            self.timeoutMs = timeoutMs
            self.retry = retry
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            id = try container.decode(ID<TestSuite>.self, forKey: .id)
            key = try container.decode(String.self, forKey: .key)
            name = try container.decode(String.self, forKey: .name)
            version = try container.decode(Int.self, forKey: .version)
            cases = try container.decodeIfPresent([Case].self, forKey: .cases) ?? []
            parallel = try container.decodeIfPresent(Int.self, forKey: .parallel)
            stopOnFailure = try container.decode(Bool.self, forKey: .stopOnFailure)
            timeoutMs = try container.decodeIfPresent(Int64.self, forKey: .timeoutMs)
            retry = try container.decodeIfPresent(RetryPolicy.self, forKey: .retry)
        }
    }

    package struct Environment: Codable, Equatable, Sendable {
        package var name: String
        package var variables: [String: String]

        package init(name: String, variables: [String: String]) {
            self.name = name
            self.variables = variables
        }
    }

    package struct Revision: Codable, Equatable, Sendable {
        package var commit: String?
        package var branch: String?
        package var url: String?
        package var message: String?

        package init(commit: String? = nil, branch: String? = nil, url: String? = nil, message: String? = nil) {
            self.commit = commit
            self.branch = branch
            self.url = url
            self.message = message
        }
    }

    /// Who or what started it.
    package struct Starter: Codable, Equatable, Sendable {
        package var kind: String
        package var id: String
        package var name: String

        package init(kind: String, id: String, name: String) {
            self.kind = kind
            self.id = id
            self.name = name
        }
    }

    package var `case`: Case?
    package var suite: Suite?
    package var parameters: [String: String]?
    package var environment: Environment?
    package var labels: [String]?
    package var timeoutMs: Int64?
    package var retry: RetryPolicy?
    package var revision: Revision?
    package var notBefore: Timestamp?
    package var concurrencyKey: String?
    package var startedBy: Starter?
    /// What the project said when the run was started; nil is nothing.
    package internal(set) var project: ProjectSettings?

    package init(
        case: Case? = nil, suite: Suite? = nil, parameters: [String: String]? = nil, environment: Environment? = nil,
        labels: [String]? = nil, timeoutMs: Int64? = nil, retry: RetryPolicy? = nil, revision: Revision? = nil,
        notBefore: Timestamp? = nil, concurrencyKey: String? = nil, startedBy: Starter? = nil
    ) {
        self.case = `case`
        self.suite = suite
        self.parameters = parameters
        self.environment = environment
        self.labels = labels
        self.timeoutMs = timeoutMs
        self.retry = retry
        self.revision = revision
        self.notBefore = notBefore
        self.concurrencyKey = concurrencyKey
        self.startedBy = startedBy
    }

    /// The default execution time-out: 30 minutes.
    package static let defaultTimeoutMs: Int64 = 1_800_000
    /// The default step time-out: 5 minutes.
    package static let defaultStepTimeoutMs: Int64 = 300_000

    /// How a case of this request is retried: request, case, suite, project, then never.
    package func retryPolicy(of case: Case) -> RetryPolicy {
        retry ?? `case`.retry ?? suite?.retry ?? project?.retry ?? RetryPolicy()
    }

    /// How long an attempt of a case may take: request, case, suite, project, then the default.
    package func timeoutMs(of case: Case) -> Int64 {
        timeoutMs ?? `case`.timeoutMs ?? suite?.timeoutMs ?? project?.timeoutMs ?? Self.defaultTimeoutMs
    }

    /// How long a step may take that says nothing itself.
    package var stepTimeoutMs: Int64 { project?.stepTimeoutMs ?? Self.defaultStepTimeoutMs }

    /// Freezes what the project says now.
    package mutating func freeze(_ settings: ProjectSettings) { project = settings.frozen }

    /// What an agent must offer: labels of the case and of the request, sorted, without repeats.
    package func labels(of case: Case) -> [String] { Set(`case`.labels + (labels ?? [])).sorted() }

    /// What the queue could not store once the cases become work: labels of a case and of the request, together too long.
    package var faults: [FieldFault] {
        let all = self.case.map { [$0] } ?? suite?.cases ?? []
        guard let tooMany = all.first(where: { labelsFault(labels(of: $0)) != nil }) else { return [] }
        return [FieldFault("/labels", "with those of the case '\(tooMany.key)' must have at most 1024 bytes together")]
    }
}
