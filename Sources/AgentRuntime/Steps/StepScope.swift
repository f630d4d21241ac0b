import Domain
import Wire

/// What one step needs from its attempt.
struct StepScope {
    let sequence: Int
    let variables: Variables
    let forms: SecretForms
    let workspace: Workspace
    let bounds: StepBounds
    let clock: AgentClock
    /// `PATH` of commands, unless the step declares its own.
    let path: String
    let limits: CommandLimits
    let programs: AgentPrograms
    let live: LiveOutput

    func redact(_ text: String) -> String { forms.redact(text) }

    func redact(_ document: JSONValue) -> JSONValue {
        switch document {
        case .string(let text): .string(redact(text))
        case .array(let items): .array(items.map(redact))
        case .object(let members):
            .object(
                Dictionary(members.map { (redact($0.key), redact($0.value)) }, uniquingKeysWith: { first, _ in first }))
        default: document
        }
    }

    /// - Parameter stream: shown while it runs; nil for what is shown when it is there whole.
    func capture(_ name: String, live stream: OutputStream? = nil) -> StreamCapture {
        StreamCapture(forms, path: workspace.artifacts + "/step-\(sequence)-\(name).txt") { [live] bytes in
            if let stream { live.printed(bytes, on: stream) }
        }
    }
}

/// A file to send to the server.
struct ArtifactFile: Equatable, Sendable {
    /// One path segment, unique within the attempt.
    var name: String
    var path: String
    var droppedBytes: Int64
    var mediaType: String
}

/// What carrying out one action came to, before it is judged.
struct ActionOutcome {
    var input: JSONValue
    var output: StepOutput?
    var timings: Timings?
    var usage: ResourceUsage?
    var interruption: Interruption?
    /// The action could not be carried out.
    var failure: StepError?
    var facts = StepFacts()
    var artifacts: [ArtifactFile] = []
}

/// Raw values that expectations and captures look at; never shown without redaction.
struct StepFacts {
    var exitCode: Int?
    var signal: Int?
    var stdout: String?
    var stderr: String?
    var status: Int?
    var headers: [(name: String, value: String)] = []
    var body: String?
    var durationMs: Int64 = 0

    func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// The words for `StepError.type` and `ExecutionError.code`.
enum FaultCode {
    static let stepFailed = ExecutionErrorCode.stepFailed.rawValue
    static let stepTimeout = ExecutionErrorCode.stepTimeout.rawValue
    static let executionTimeout = ExecutionErrorCode.executionTimeout.rawValue
    static let preconditionFailed = ExecutionErrorCode.preconditionFailed.rawValue
    static let resourceLimit = ExecutionErrorCode.resourceLimit.rawValue
}
