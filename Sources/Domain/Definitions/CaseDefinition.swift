/// What a test case does: the immutable document of one version.
package struct CaseDefinition: Equatable, Sendable, Codable {
    package var key: String
    package var name: String
    package var type: CaseType
    package var description: String?
    package var tags: [String]
    /// What an agent must offer to run it.
    package var labels: [String]
    package var parameters: [String: String]
    package var timeoutMs: Int64?
    package var retry: RetryPolicy?
    package var steps: [StepDefinition]

    package init(
        key: String, name: String? = nil, type: CaseType = .generic, description: String? = nil, tags: [String] = [],
        labels: [String] = [], parameters: [String: String] = [:], timeoutMs: Int64? = nil, retry: RetryPolicy? = nil,
        steps: [StepDefinition]
    ) {
        self.key = key
        self.name = name ?? key
        self.type = type
        self.description = description
        self.tags = tags
        self.labels = labels
        self.parameters = parameters
        self.timeoutMs = timeoutMs
        self.retry = retry
        self.steps = steps
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            key: try container.decode(String.self, forKey: .key),
            name: try container.decodeIfPresent(String.self, forKey: .name),
            type: try container.decodeIfPresent(CaseType.self, forKey: .type) ?? .generic,
            description: try container.decodeIfPresent(String.self, forKey: .description),
            tags: try container.decodeIfPresent([String].self, forKey: .tags) ?? [],
            labels: try container.decodeIfPresent([String].self, forKey: .labels) ?? [],
            parameters: try container.decodeIfPresent([String: String].self, forKey: .parameters) ?? [:],
            timeoutMs: try container.decodeIfPresent(Int64.self, forKey: .timeoutMs),
            retry: try container.decodeIfPresent(RetryPolicy.self, forKey: .retry),
            steps: try container.decodeIfPresent([StepDefinition].self, forKey: .steps) ?? [])
    }
}

/// What a step can do; the names of the members of which a step has exactly one. A new one is a case here, and the
/// compiler names the rest.
package enum StepActionKind: String, CaseIterable, Sendable {
    case command, http, wait

    package static var names: [String] { allCases.map(\.rawValue) }
}

/// One action with what is expected of it and what it leaves behind.
package struct StepDefinition: Equatable, Sendable, Codable {
    package var name: String
    package var command: CommandAction?
    package var http: HTTPAction?
    package var wait: WaitAction?
    package var expect: Expectation?
    /// Variable name → where its value comes from.
    package var capture: [String: Capture]?
    package var timeoutMs: Int64?
    /// Runs even after an earlier step failed or the run was cancelled.
    package var always: Bool?

    package init(
        name: String, command: CommandAction? = nil, http: HTTPAction? = nil, wait: WaitAction? = nil,
        expect: Expectation? = nil, capture: [String: Capture]? = nil, timeoutMs: Int64? = nil, always: Bool? = nil
    ) {
        self.name = name
        self.command = command
        self.http = http
        self.wait = wait
        self.expect = expect
        self.capture = capture
        self.timeoutMs = timeoutMs
        self.always = always
    }

    /// What it does; nil when it has no action.
    package var action: StepActionKind? {
        StepActionKind.allCases.first { kind in
            switch kind {
            case .command: command != nil
            case .http: http != nil
            case .wait: wait != nil
            }
        }
    }
}

/// Runs a program: exactly one of `argv` and `shell`.
package struct CommandAction: Equatable, Sendable, Codable {
    package var argv: [String]?
    package var shell: String?
    package var env: [String: String]?
    /// Directory relative to the attempt's workspace, or absolute.
    package var cwd: String?
    package var stdin: String?
    /// Globs relative to `cwd` of files to keep.
    package var artifacts: [String]?

    package init(
        argv: [String]? = nil, shell: String? = nil, env: [String: String]? = nil, cwd: String? = nil,
        stdin: String? = nil, artifacts: [String]? = nil
    ) {
        self.argv = argv
        self.shell = shell
        self.env = env
        self.cwd = cwd
        self.stdin = stdin
        self.artifacts = artifacts
    }
}

/// Sends one HTTP request: at most one of `body` and `json`.
package struct HTTPAction: Equatable, Sendable, Codable {
    package struct TLS: Equatable, Sendable, Codable {
        package var verify: Bool?
        package var caFile: String?

        package init(verify: Bool? = nil, caFile: String? = nil) {
            self.verify = verify
            self.caFile = caFile
        }
    }

    package var method: String?
    package var url: String
    package var headers: [String: String]?
    package var body: String?
    package var json: JSONValue?
    package var tls: TLS?
    package var followRedirects: Bool?

    package init(
        method: String? = nil, url: String, headers: [String: String]? = nil, body: String? = nil,
        json: JSONValue? = nil, tls: TLS? = nil, followRedirects: Bool? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.json = json
        self.tls = tls
        self.followRedirects = followRedirects
    }
}

/// Does nothing for a while.
package struct WaitAction: Equatable, Sendable, Codable {
    package var durationMs: Int64

    package init(durationMs: Int64) { self.durationMs = durationMs }
}
