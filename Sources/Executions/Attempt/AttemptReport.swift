package import Domain
package import Wire

/// What an agent tells of one attempt in one message: dense steps from `firstSeq`, the step that runs now, the verdict.
package struct AttemptReport: Sendable {
    package var execution: ID<Execution>
    package var fence: Int
    package var firstSeq: Int
    package var steps: [StepResult]
    package var running: RunningStep?
    /// What was printed since the last report.
    package var output: [OutputChunk] = []
    package var finish: FinishRequest?

    package init(_ execution: ID<Execution>, steps: StepsRequest) {
        self.execution = execution
        fence = steps.fence
        firstSeq = steps.firstSeq
        self.steps = steps.steps
        running = steps.running
    }

    package init(_ execution: ID<Execution>, finish: FinishRequest) {
        self.execution = execution
        fence = finish.fence
        firstSeq = finish.lastSeq + 1
        steps = []
        self.finish = finish
    }

    package init(_ report: ReportsRequest.Report) {
        execution = report.execution
        fence = report.fence
        firstSeq = report.firstSeq
        steps = report.steps
        running = report.running
        output = report.output ?? []
        finish = report.finish.map { end in
            FinishRequest(
                fence: report.fence, lastSeq: end.lastSeq, verdict: end.verdict, error: end.error,
                resourceUsage: end.resourceUsage)
        }
    }

    /// - Throws: `ExecutionFault.invalid` for sequences that are not dense or values out of range.
    func check() throws {
        guard steps.count <= TakeReports.maximumSteps else {
            throw ExecutionFault.invalid([FieldFault("/steps", "must have at most \(TakeReports.maximumSteps) entries")]
            )
        }
        guard firstSeq >= 1 else { throw ExecutionFault.invalid([FieldFault("/firstSeq", "must be at least 1")]) }
        for (index, chunk) in output.enumerated() where chunk.at > Int64.max - chunk.bytes {
            throw ExecutionFault.invalid([FieldFault("/output/\(index)/at", "is out of range")])
        }
        for (index, step) in steps.enumerated() {
            if step.sequence != firstSeq + index {
                throw ExecutionFault.invalid([
                    FieldFault("/steps/\(index)/sequence", "must be \(firstSeq + index)")
                ])
            }
            if step.durationMs < 0 || step.name.utf8.count > 2048 || step.path.utf8.count > 512 {
                throw ExecutionFault.invalid([
                    FieldFault("/steps/\(index)", "durationMs, name or path is out of range")
                ])
            }
        }
    }
}

/// What became of one report.
package struct ReportAnswer: Equatable, Sendable {
    /// Every step up to this one is committed.
    package var durableSeq: Int
    /// Whether the attempt must stop.
    package var cancel: Bool
    /// Status of the execution after a verdict; nil without one.
    package var status: ExecutionStatus?
}
