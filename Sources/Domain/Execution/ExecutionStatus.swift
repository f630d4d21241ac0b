/// The one public status of an execution; raw values are the words in JSON, SQL and the command line.
package enum ExecutionStatus: String, Codable, Sendable, CaseIterable {
    case pending, running, retrying, passed, failed, timeout, cancelled, aborted, skipped

    /// Nothing leaves a final status; exactly these carry `finishedAt`.
    package var isFinal: Bool {
        switch self {
        case .passed, .failed, .timeout, .cancelled, .aborted, .skipped: true
        case .pending, .running, .retrying: false
        }
    }
}

/// What an execution is a run of.
package enum ExecutionKind: String, Codable, Sendable, CaseIterable {
    case `case`, suite, `import`
}

/// How a test case is carried out.
package enum CaseType: String, Codable, Sendable, CaseIterable {
    case generic, bdd, manual
}

/// How early a run wants its turn; see `Priority.boostMs`.
package enum Priority: String, Codable, Sendable, CaseIterable {
    case low, normal, high, urgent

    /// Milliseconds by which an item overtakes later ones: aging without rewriting rows.
    package var boostMs: Int64 {
        switch self {
        case .low: -600_000
        case .normal: 0
        case .high: 600_000
        case .urgent: 3_600_000
        }
    }

    /// The queue's order among items that became runnable at `time`; smaller goes first.
    package func sortKey(runnableAt time: Timestamp) -> Int64 {
        let (key, overflow) = time.milliseconds.subtractingReportingOverflow(boostMs)
        return overflow ? (boostMs > 0 ? .min : .max) : key
    }
}

/// How an attempt ended, as its agent says.
package enum Verdict: String, Codable, Sendable, CaseIterable {
    case passed, failed, timeout, cancelled

    package var status: ExecutionStatus {
        switch self {
        case .passed: .passed
        case .failed: .failed
        case .timeout: .timeout
        case .cancelled: .cancelled
        }
    }
}

/// The status of one try in the `attempts` table.
package enum AttemptStatus: String, Codable, Sendable, CaseIterable {
    case running, passed, failed, timeout, cancelled, lost, skipped
}

/// The outcome of one step; `running` lives only in progress events.
package enum StepStatus: String, Codable, Sendable, CaseIterable {
    case passed, failed, error, skipped, blocked, undefined, ambiguous, pending, timeout, cancelled
}
