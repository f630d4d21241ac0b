package import Domain
package import MariaDB
package import Wire

/// Takes a batch of step results from the agent that holds the attempt; acknowledged means committed.
package struct RecordSteps: Sendable {
    /// A batch that would make one transaction too large is refused.
    package static let maximumBatch = 500

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Drops what was acknowledged before; a repeated batch gets the same reply and writes nothing.
    ///
    /// - Throws: `ExecutionFault.staleFence`, `.stepGap(expected:)`, `.invalid` for sequences that are not dense.
    package func record(_ id: ID<Execution>, _ batch: StepsRequest, by caller: AgentCaller) throws -> StepsResponse {
        try check(batch)
        return try pool.transaction { tx in
            guard let item = try WorkItemRow.lock(id, tx), item.state == .running,
                caller.holds(item, fence: batch.fence)
            else { throw ExecutionFault.staleFence }
            guard batch.firstSeq <= item.stepAcked + 1 else {
                throw ExecutionFault.stepGap(expected: item.stepAcked + 1)
            }
            let fresh = batch.steps.filter { $0.sequence > item.stepAcked }
            let acked = item.stepAcked + fresh.count
            let cancel = item.cancelRequestedAt != nil
            guard !fresh.isEmpty || batch.running != nil else {
                return StepsResponse(durableSeq: acked, cancel: cancel)
            }
            if !fresh.isEmpty {
                try tx.execute(
                    "UPDATE work_items SET step_acked = \(acked) WHERE execution_id = \(id) AND fence = \(batch.fence)")
            }
            var execution = try ExecutionRow.lock(id, tx)
            try TraceStore.append(fresh, to: id, attempt: item.attempt, tx)
            var journal = Journal()
            try ExecutionWriter.note(facts(fresh, batch, attempt: item.attempt), on: &execution, &journal, tx)
            try journal.write(tx)
            return StepsResponse(durableSeq: acked, cancel: cancel)
        }
    }

    private func check(_ batch: StepsRequest) throws {
        guard batch.steps.count <= RecordSteps.maximumBatch else {
            throw ExecutionFault.invalid([FieldFault("/steps", "must have at most \(RecordSteps.maximumBatch) entries")]
            )
        }
        guard batch.firstSeq >= 1 else { throw ExecutionFault.invalid([FieldFault("/firstSeq", "must be at least 1")]) }
        for (index, step) in batch.steps.enumerated() where step.sequence != batch.firstSeq + index {
            throw ExecutionFault.invalid([FieldFault("/steps/\(index)/sequence", "must be \(batch.firstSeq + index)")])
        }
        for (index, step) in batch.steps.enumerated()
        where step.durationMs < 0 || step.name.utf8.count > 2048 || step.path.utf8.count > 512 {
            throw ExecutionFault.invalid([FieldFault("/steps/\(index)", "durationMs, name or path is out of range")])
        }
    }

    /// One `execution.steps` for the whole batch and one `execution.progress` for the step that runs now.
    private func facts(_ steps: [StepResult], _ batch: StepsRequest, attempt: Int) -> [EventDraft] {
        var drafts: [EventDraft] = []
        if let first = steps.first, let last = steps.last {
            var counts: [String: Int64] = [:]
            for step in steps { counts[step.status.rawValue, default: 0] += 1 }
            drafts.append(
                EventDraft(
                    "execution.steps",
                    [
                        "attempt": .integer(Int64(attempt)), "fence": .integer(Int64(batch.fence)),
                        "firstSeq": .integer(Int64(first.sequence)), "lastSeq": .integer(Int64(last.sequence)),
                        "counts": .object(counts.mapValues { .integer($0) }),
                        "steps": .array(steps.prefix(50).map(summary)),
                    ], fence: batch.fence))
        }
        if let running = batch.running {
            drafts.append(
                EventDraft(
                    "execution.progress",
                    [
                        "attempt": .integer(Int64(attempt)),
                        "step": [
                            "sequence": .integer(Int64(running.sequence)), "path": .string(running.path),
                            "name": .string(running.name), "startedAt": .string(running.startedAt.description),
                        ],
                    ], fence: batch.fence))
        }
        return drafts
    }

    private func summary(_ step: StepResult) -> JSONValue {
        var summary: [String: JSONValue] = [
            "sequence": .integer(Int64(step.sequence)), "path": .string(step.path), "name": .string(step.name),
            "status": .string(step.status.rawValue), "durationMs": .integer(step.durationMs),
            "startedAt": .string(step.startedAt.description),
        ]
        if let error = step.error { summary["error"] = .string(String(error.message.prefix(300))) }
        return .object(summary)
    }
}
