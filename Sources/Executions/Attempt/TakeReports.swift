import Domain
package import MariaDB
import Wire

/// Takes what agents tell of running attempts: steps, the running step and the verdict, of one or of many at once.
///
/// Acknowledged means committed. All reports of a request share one transaction and its statements; one that cannot be
/// applied gets its own answer and changes nothing. A repeated report gets the same answer and writes nothing.
package struct TakeReports: Sendable {
    /// Reports of one request, and steps of one report: more would make a transaction too large.
    package static let maximumReports = 64
    package static let maximumSteps = 500

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Answers each report in order.
    ///
    /// - Throws: what concerns all of them, such as an unreachable database.
    package func take(_ reports: [AttemptReport], by caller: AgentCaller) throws -> [Result<
        ReportAnswer, ExecutionFault
    >] {
        let answers: [Result<ReportAnswer, ExecutionFault>]
        do {
            answers = try together(reports, caller)
        } catch  where reports.count > 1 && isPoison(error) {
            // One of them breaks the transaction: each gets its own.
            return try reports.flatMap { try take([$0], by: caller) }
        } catch let half as HalfApplied {
            return [.failure(half.fault)]
        } catch  where isPoison(error) {
            // Said of this report alone: its agent records the step as failed, and the reports beside it are taken.
            return [.failure(.invalid([FieldFault("/steps", "cannot be stored")]))]
        }
        for (report, answer) in zip(reports, answers) {
            if case .failure(.staleFence) = answer, let finish = report.finish {
                try LateResults(pool: pool).keep(report, finish, by: caller)
            }
        }
        return answers
    }

    /// One report.
    ///
    /// - Throws: `ExecutionFault.staleFence` for anybody but the holder, whose verdict is kept in `late_results` and
    ///   changes nothing; `.stepGap(expected:)` while steps are missing; `.invalid`.
    package func take(_ report: AttemptReport, by caller: AgentCaller) throws -> ReportAnswer {
        guard let answer = try take([report], by: caller).first else { throw ExecutionFault.notFound }
        return try answer.get()
    }

    private func together(
        _ reports: [AttemptReport], _ caller: AgentCaller
    ) throws -> [Result<ReportAnswer, ExecutionFault>] {
        try pool.transaction { tx in
            let ids = Set(reports.map(\.execution))
            var batch = ReportBatch(
                items: try WorkItemRow.lock(ids, tx), executions: try ExecutionRow.lock(ids, tx), caller: caller)
            let answers = try reports.map { report in
                do {
                    return Result<ReportAnswer, ExecutionFault>.success(try batch.apply(report, tx))
                } catch let fault as ExecutionFault {
                    return .failure(fault)
                }
            }
            try batch.write(tx)
            return answers
        }
    }
}
