import Crypto
import Domain
import ResultFormats
import Wire

/// A test of a foreign file as it will be stored: one execution with its attempts.
struct ImportedTest: Equatable {
    struct Attempt: Equatable {
        let number: Int
        let status: AttemptStatus
        let startedAt: Timestamp
        let finishedAt: Timestamp
        let errorClass: String?
        let steps: [StepResult]
    }

    /// Names of tests are kept up to here, in code points.
    static let maximumName = 1000
    /// Longer than this no test takes: a clock was wrong.
    static let maximumDurationMs: Int64 = 30 * 86_400_000

    let identity: String
    let name: String
    let status: ExecutionStatus
    let isError: Bool
    let error: (code: String, message: String)?
    let attempts: [Attempt]

    var startedAt: Timestamp { attempts.first?.startedAt ?? Timestamp(milliseconds: 0) }
    var finishedAt: Timestamp { attempts.last?.finishedAt ?? startedAt }

    /// - Parameters:
    ///   - tries: one test, each try of it in order; at least one.
    ///   - identity: that of its first, made unique within the file.
    ///   - clock: when the predecessor ended; moved on to the end of this test.
    init?(_ tries: [ReadResult], identity: String, name: String, clock: inout Timestamp) {
        guard let last = tries.last else { return nil }
        var begin = clock
        attempts = tries.enumerated().map { index, one in
            let duration = min(max(0, one.durationMs ?? 0), Self.maximumDurationMs)
            let start = one.startedAt.map { Self.instant($0) } ?? begin
            begin = start.adding(ms: duration)
            return Attempt(
                number: index + 1, status: one.status.attempt, startedAt: start, finishedAt: begin,
                errorClass: one.status.errorCode, steps: TraceOfResult.steps(one, startedAt: start))
        }
        clock = begin
        self.identity = identity
        self.name = Self.short(name)
        status = last.status.execution
        isError = last.status == .error
        error = last.status.errorCode.map { ($0, last.error?.summary ?? "The file does not say why.") }
    }

    static func == (left: ImportedTest, right: ImportedTest) -> Bool {
        left.identity == right.identity && left.name == right.name && left.status == right.status
            && left.error?.message == right.error?.message && left.attempts == right.attempts
    }

    /// What a test is known by: an id of its own, or class (else innermost suite) and name.
    static func identity(of result: ReadResult) -> String {
        if let own = result.explicitIdentity, !own.isEmpty { return own }
        guard let around = result.className ?? result.suitePath.last, !around.isEmpty else { return result.name }
        return around + "." + result.name
    }

    /// A name of at most `maximumName` code points; what is cut is told apart by a digest.
    static func short(_ name: String) -> String {
        guard name.unicodeScalars.count > maximumName else { return name.isEmpty ? "(no name)" : name }
        return name.cut(codePoints: maximumName - 9) + "…" + hex(sha256(name).prefix(4))
    }

    static func instant(_ milliseconds: Int64) -> Timestamp {
        min(max(Timestamp(milliseconds: milliseconds), Timestamp.range.lowerBound), Timestamp.range.upperBound)
    }
}

func sha256(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

extension ReadResult.Status {
    var execution: ExecutionStatus {
        switch self {
        case .passed: .passed
        case .failed, .error: .failed
        case .skipped: .skipped
        case .timeout: .timeout
        }
    }

    fileprivate var attempt: AttemptStatus {
        switch self {
        case .passed: .passed
        case .failed, .error: .failed
        case .skipped: .skipped
        case .timeout: .timeout
        }
    }

    var step: StepStatus {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .error: .error
        case .skipped: .skipped
        case .timeout: .timeout
        }
    }

    fileprivate var errorCode: String? {
        switch self {
        case .passed, .skipped: nil
        case .failed: ExecutionErrorCode.testFailed.rawValue
        case .error: ExecutionErrorCode.testError.rawValue
        case .timeout: ExecutionErrorCode.executionTimeout.rawValue
        }
    }
}

extension ReadError {
    /// Its message, else the first line of its stack, else its type.
    var summary: String? {
        [message, stack?.split(whereSeparator: \.isNewline).first.map(String.init), type].lazy
            .compactMap { $0.flatMap { $0.isEmpty ? nil : $0 } }.first
    }
}
