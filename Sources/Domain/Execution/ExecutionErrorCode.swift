/// Why an execution did not pass, as a stable word, and what people do about it.
package enum ExecutionErrorCode: String, CaseIterable, Sendable {
    case stepFailed = "step_failed"
    case stepTimeout = "step_timeout"
    case executionTimeout = "execution_timeout"
    case preconditionFailed = "precondition_failed"
    case resourceLimit = "resource_limit"
    case agentLost = "agent_lost"
    case definitionGone = "definition_gone"
    case suiteUnreadable = "suite_unreadable"
    case testFailed = "test_failed"
    case testError = "test_error"
    case noTests = "no_tests"
    case damagedFile = "damaged_file"
    case bailOut = "bail_out"

    /// One or two sentences.
    package var hint: String {
        switch self {
        case .stepFailed: "Compare what was expected with what came: the trace shows both for the failed step."
        case .stepTimeout:
            "See in the step's output where it stood still; if it needs longer, raise `timeoutMs` of the step."
        case .executionTimeout:
            "See which step took the time; if all of it is needed, raise `timeoutMs` of the case or of the run."
        case .preconditionFailed:
            "The test itself did not run: set the variable or secret that is named, or install the program on the agent."
        case .resourceLimit:
            "The agent's limit was reached: raise `ASSAY_AGENT_MAX_FILE_MB` or `ASSAY_AGENT_MAX_MEMORY_MB`, or free its disk."
        case .agentLost:
            "Look at the agent's log and machine (memory, network, two agents with one credential), then run it again."
        case .definitionGone: "Save the test case again and start a new run: this one cannot go on."
        case .suiteUnreadable: "An admin finds the cause in `GET /api/v1/set-aside`; then start the suite again."
        case .testFailed: "The tool that ran it says why: see its message and output below."
        case .testError:
            "The test broke before it could find a fault: look at its set-up and at what it needs, then at its output."
        case .noTests:
            "The file held no test: look at the tool's own output, or send `allowEmpty=true` when that is right."
        case .damagedFile:
            "Look at the place that is named; what was read before it stands. Mend the file and send it again as a run of its own."
        case .bailOut: "The tool gave up: its words are the message."
        }
    }

    /// nil for a word that is not of this list, such as one of a newer agent.
    package static func hint(for code: String) -> String? { ExecutionErrorCode(rawValue: code)?.hint }
}
