package import Domain

// Requests of `/agent/v1` that carry many attempts at once: what is short costs no request of its own.

/// `POST /agent/v1/accepts`: takes several offers.
package struct AcceptsRequest: Codable, Equatable, Sendable {
    package var offers: [Holding]

    package init(offers: [Holding]) { self.offers = offers }
}

/// Answers each offer: an assignment, or the code of the problem that a single accept would have answered.
package struct AcceptsResponse: Codable, Equatable, Sendable {
    package struct Refusal: Codable, Equatable, Sendable {
        package var execution: ID<Execution>
        package var fence: Int
        package var code: String

        package init(execution: ID<Execution>, fence: Int, code: String) {
            self.execution = execution
            self.fence = fence
            self.code = code
        }
    }

    package var assignments: [Assignment]
    package var refused: [Refusal]

    package init(assignments: [Assignment], refused: [Refusal]) {
        self.assignments = assignments
        self.refused = refused
    }
}

/// `POST /agent/v1/reports`: steps and verdicts of several attempts, answered in order.
package struct ReportsRequest: Codable, Equatable, Sendable {
    /// How an attempt ended.
    package struct End: Codable, Equatable, Sendable {
        package var lastSeq: Int
        package var verdict: Verdict
        package var error: ExecutionError?
        package var resourceUsage: ResourceUsage?

        package init(lastSeq: Int, verdict: Verdict, error: ExecutionError? = nil, resourceUsage: ResourceUsage? = nil)
        {
            self.lastSeq = lastSeq
            self.verdict = verdict
            self.error = error
            self.resourceUsage = resourceUsage
        }
    }

    package struct Report: Codable, Equatable, Sendable {
        package var execution: ID<Execution>
        package var fence: Int
        package var firstSeq: Int
        package var steps: [StepResult]
        package var running: RunningStep?
        /// What running steps printed; a chunk is never later than the result of its step.
        package var output: [OutputChunk]?
        package var finish: End?

        package init(
            execution: ID<Execution>, fence: Int, firstSeq: Int, steps: [StepResult], running: RunningStep? = nil,
            output: [OutputChunk]? = nil, finish: End? = nil
        ) {
            self.execution = execution
            self.fence = fence
            self.firstSeq = firstSeq
            self.steps = steps
            self.running = running
            self.output = output
            self.finish = finish
        }
    }

    package var reports: [Report]

    package init(reports: [Report]) { self.reports = reports }
}

package struct ReportsResponse: Codable, Equatable, Sendable {
    package struct Answer: Codable, Equatable, Sendable {
        package var execution: ID<Execution>
        package var fence: Int
        /// Every step up to this one is committed; nil when refused.
        package var durableSeq: Int?
        package var cancel: Bool?
        /// After a verdict.
        package var status: ExecutionStatus?
        package var final: Bool?
        /// The code of the problem that a request of its own would have answered; nil when taken.
        package var code: String?
        /// With `step_gap`: the sequence to send next.
        package var expected: Int?

        package init(
            execution: ID<Execution>, fence: Int, durableSeq: Int? = nil, cancel: Bool? = nil,
            status: ExecutionStatus? = nil, final: Bool? = nil, code: String? = nil, expected: Int? = nil
        ) {
            self.execution = execution
            self.fence = fence
            self.durableSeq = durableSeq
            self.cancel = cancel
            self.status = status
            self.final = final
            self.code = code
            self.expected = expected
        }
    }

    package var answers: [Answer]

    package init(answers: [Answer]) { self.answers = answers }
}
