package import Domain
import Feed
package import MariaDB
package import Wire

/// Turns offers into running attempts, and gives the agent all it needs for each.
///
/// All offers of a request share one transaction and its statements. What never changes, the frozen request of a run and
/// the version of a definition, is kept in the process.
package struct AcceptOffers: Sendable {
    /// Offers of one request.
    package static let maximumOffers = 64

    /// The assignment without secret values, and whose secrets the door must add.
    package struct Accepted: Sendable {
        package var assignment: Assignment
        package let project: ID<Project>
        package let secretNames: [String]
    }

    private let pool: Pool
    private let frozen = FrozenCache()

    package init(pool: Pool) { self.pool = pool }

    /// Answers each offer in order. Idempotent for the same session and fence while the attempt runs.
    ///
    /// - Throws: `ExecutionFault.sessionEnded`, and what concerns all of them, such as an unreachable database.
    package func accept(_ offers: [Holding], by caller: AgentCaller) throws -> [Result<Accepted, ExecutionFault>] {
        do {
            return try together(offers, caller)
        } catch  where offers.count > 1 && isPoison(error) && error as? ExecutionFault != .sessionEnded {
            // One of them breaks the transaction: each gets its own, and an answer of its own.
            return try offers.map { offer in
                do {
                    return .success(try accept(offer.execution, fence: offer.fence, by: caller))
                } catch  where isPoison(error) {
                    return .failure(error as? ExecutionFault ?? .notFound)
                }
            }
        }
    }

    /// One offer.
    ///
    /// - Throws: `ExecutionFault.staleFence`, or `.notFound` when the definition is gone (the execution is then aborted
    ///   and becomes a dead letter).
    package func accept(_ id: ID<Execution>, fence: Int, by caller: AgentCaller) throws -> Accepted {
        let answer = try accept([Holding(execution: id, fence: fence)], by: caller).first
        guard let answer else { throw ExecutionFault.notFound }
        return try answer.get()
    }

    private func together(
        _ offers: [Holding], _ caller: AgentCaller
    ) throws -> [Result<Accepted, ExecutionFault>] {
        try pool.transaction { tx in
            let session = try SessionLease.use(caller, tx)
            let ids = Set(offers.map(\.execution))
            let items = try WorkItemRow.lock(ids, tx)
            let executions = try ExecutionRow.lock(ids, tx)
            let mine = offers.compactMap { offer -> (WorkItemRow, ExecutionRow)? in
                guard let item = items[offer.execution], caller.holds(item, fence: offer.fence),
                    let execution = executions[offer.execution]
                else { return nil }
                return (item, execution)
            }
            let work = try frozen.work(of: mine.map(\.1), tx)
            var batch = AcceptBatch(caller: caller, session: session)
            let answers = offers.map { offer -> Result<Accepted, ExecutionFault> in
                guard let (item, execution) = mine.first(where: { $0.0.execution == offer.execution }) else {
                    return .failure(.staleFence)
                }
                return Result { try batch.accept(item, execution, work[offer.execution], tx) }
                    .mapError { $0 as? ExecutionFault ?? .staleFence }
            }
            try batch.write(tx)
            return answers
        }
    }
}
