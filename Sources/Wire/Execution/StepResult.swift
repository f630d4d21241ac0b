package import Domain

/// The outcome of one step of an attempt; the ordered results are the trace.
package struct StepResult: Codable, Equatable, Sendable {
    /// 1, 2, 3 … without holes within one fence.
    package var sequence: Int
    /// Place in the tree: `1`, nested `3/2`.
    package var path: String
    package var name: String
    package var status: StepStatus
    package var startedAt: Timestamp
    package var completedAt: Timestamp
    package var durationMs: Int64
    package var input: JSONValue?
    package var output: StepOutput?
    package var timings: Timings?
    package var checks: [Check]?
    package var error: StepError?
    package var resourceUsage: ResourceUsage?
    package var metadata: [String: JSONValue]?

    package init(
        sequence: Int, path: String, name: String, status: StepStatus, startedAt: Timestamp, completedAt: Timestamp,
        durationMs: Int64, input: JSONValue? = nil, output: StepOutput? = nil, timings: Timings? = nil,
        checks: [Check]? = nil, error: StepError? = nil, resourceUsage: ResourceUsage? = nil,
        metadata: [String: JSONValue]? = nil
    ) {
        self.sequence = sequence
        self.path = path
        self.name = name
        self.status = status
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.durationMs = durationMs
        self.input = input
        self.output = output
        self.timings = timings
        self.checks = checks
        self.error = error
        self.resourceUsage = resourceUsage
        self.metadata = metadata
    }
}

/// What a step printed or answered.
package struct StepOutput: Codable, Equatable, Sendable {
    /// An HTTP answer.
    package struct Response: Codable, Equatable, Sendable {
        package var status: Int
        package var headers: [String: String]
        package var body: StreamExcerpt?

        package init(status: Int, headers: [String: String], body: StreamExcerpt?) {
            self.status = status
            self.headers = headers
            self.body = body
        }
    }

    package var exitCode: Int?
    /// Signal number that ended the command.
    package var signal: Int?
    package var stdout: StreamExcerpt?
    package var stderr: StreamExcerpt?
    package var response: Response?
    package var captures: [String: String]?

    package init(
        exitCode: Int? = nil, signal: Int? = nil, stdout: StreamExcerpt? = nil, stderr: StreamExcerpt? = nil,
        response: Response? = nil, captures: [String: String]? = nil
    ) {
        self.exitCode = exitCode
        self.signal = signal
        self.stdout = stdout
        self.stderr = stderr
        self.response = response
        self.captures = captures
    }
}

/// Head and tail of a stream, at most 4 KiB each; what lies between is in the artifact or was dropped.
package struct StreamExcerpt: Codable, Equatable, Sendable {
    package var head: String
    /// Empty when the whole stream fits the head.
    package var tail: String
    /// Length of the whole stream.
    package var bytes: Int64
    /// Bytes kept nowhere.
    package var droppedBytes: Int64
    /// Name of the artifact that holds the whole stream.
    package var artifact: String?

    package init(head: String, tail: String = "", bytes: Int64, droppedBytes: Int64 = 0, artifact: String? = nil) {
        self.head = head
        self.tail = tail
        self.bytes = bytes
        self.droppedBytes = droppedBytes
        self.artifact = artifact
    }
}

/// Phases of an HTTP exchange in milliseconds, from the start of the request.
package struct Timings: Codable, Equatable, Sendable {
    package var dnsMs: Double
    package var connectMs: Double
    package var tlsMs: Double
    package var firstByteMs: Double
    package var totalMs: Double

    package init(dnsMs: Double, connectMs: Double, tlsMs: Double, firstByteMs: Double, totalMs: Double) {
        self.dnsMs = dnsMs
        self.connectMs = connectMs
        self.tlsMs = tlsMs
        self.firstByteMs = firstByteMs
        self.totalMs = totalMs
    }
}

/// One expectation and what was found.
package struct Check: Codable, Equatable, Sendable {
    /// `exitCode`, `stdout`, `stderr`, `status`, `header`, `json`, `body` or `maxDuration`.
    package var kind: String
    /// Header name or JSON pointer.
    package var target: String?
    package var expected: JSONValue
    package var actual: JSONValue
    package var passed: Bool

    package init(kind: String, target: String? = nil, expected: JSONValue, actual: JSONValue, passed: Bool) {
        self.kind = kind
        self.target = target
        self.expected = expected
        self.actual = actual
        self.passed = passed
    }
}

/// Why a step did not pass.
package struct StepError: Codable, Equatable, Sendable {
    package var type: String
    package var message: String
    package var stack: String?
    package var fingerprint: String?

    package init(type: String, message: String, stack: String? = nil, fingerprint: String? = nil) {
        self.type = type
        self.message = message
        self.stack = stack
        self.fingerprint = fingerprint
    }
}

/// What a command used.
package struct ResourceUsage: Codable, Equatable, Sendable {
    package var cpuMs: Int64?
    package var maxRssBytes: Int64?
    package var bytesWritten: Int64?

    package init(cpuMs: Int64? = nil, maxRssBytes: Int64? = nil, bytesWritten: Int64? = nil) {
        self.cpuMs = cpuMs
        self.maxRssBytes = maxRssBytes
        self.bytesWritten = bytesWritten
    }
}
