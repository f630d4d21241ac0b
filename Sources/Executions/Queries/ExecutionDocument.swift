import Domain
import MariaDB

/// The JSON of an execution as the API answers it, built from one row joined with its root's request.
enum ExecutionDocument {
    static let columns: SQL = """
        e.id, e.project_id, e.project_key, e.number, e.kind, e.root_id, e.parent_id, e.position, e.retry_of, e.definition_id, \
        e.definition_version, e.definition_key, e.name, e.type, e.status, e.reason, e.last_seq, e.attempts, e.environment, \
        e.branch, e.commit_id, e.priority, e.cancel_requested_at, e.cancelled_by, e.cancelled_by_name, e.cancel_reason, e.created_at, \
        e.started_at, e.finished_at, e.error_code, e.error_message, e.children_total, e.children_expanded, e.children_running, \
        e.children_passed, e.children_failed, e.children_timeout, e.children_cancelled, e.children_aborted, \
        e.children_skipped, e.children_errors, \
        r.request root_request, a.step_count, a.accepted_at, a.ready_at
        """

    static let source: SQL = """
        executions e JOIN execution_requests r ON r.execution_id = e.root_id \
        LEFT JOIN attempts a ON a.execution_id = e.id AND a.attempt = e.attempts
        """

    static func json(_ row: Row) throws -> JSONValue {
        let request = try row.json("root_request")
        let kind: ExecutionKind = try row.value("kind")
        let created = try row.time("created_at")
        let started = try row.timeOrNil("started_at")
        let finished = try row.timeOrNil("finished_at")
        var document: [String: JSONValue] = [
            "id": .string(try row.text("id")), "seq": .integer(Int64(try row.int("last_seq"))),
            "number": optional(try row.intOrNil("number")), "kind": .string(kind.rawValue),
            "project": .string(try row.text("project_key")), "root": .string(try row.text("root_id")),
            "parent": optional(try row.textOrNil("parent_id")), "position": .integer(Int64(try row.int("position"))),
            "name": .string(try row.text("name")), "type": optional(try row.textOrNil("type")),
            "retryOf": optional(try row.textOrNil("retry_of")), "status": .string(try row.text("status")),
            "reason": optional(try row.textOrNil("reason")), "priority": .string(try row.text("priority")),
            "cancelRequestedAt": optional(try row.timeOrNil("cancel_requested_at")?.description),
            "cancelledBy": try row.textOrNil("cancelled_by").map {
                ["id": .string($0), "name": optional(try row.textOrNil("cancelled_by_name"))]
            } ?? .null,
            "cancelReason": optional(try row.textOrNil("cancel_reason")),
            "environment": .string(try row.text("environment")),
            "createdAt": .string(created.description), "queuedAt": .string(created.description),
            "startedAt": optional(started?.description), "finishedAt": optional(finished?.description),
            "totalDurationMs": started.flatMap { begin in
                finished.map { .integer(max(0, $0.milliseconds(since: begin))) }
            } ?? .null,
            "queueWaitMs": started.map { .integer(max(0, $0.milliseconds(since: created))) } ?? .null,
            "attempt": .integer(Int64(try row.int("attempts"))), "attempts": .integer(Int64(try row.int("attempts"))),
            "stepCount": .integer(Int64(try row.intOrNil("step_count") ?? 0)),
            "labels": request["labels"] ?? [], "parameters": request["parameters"] ?? .object([:]),
            "startedBy": request["startedBy"] ?? .null, "revision": request["revision"] ?? .object([:]),
        ]
        document["definition"] = [
            "id": optional(try row.textOrNil("definition_id")), "key": optional(try row.textOrNil("definition_key")),
            "version": optional(try row.intOrNil("definition_version")),
        ]
        document["error"] = try error(row)
        document["counts"] = kind != .case ? SuiteCounts.json(try SuiteCounts.read(row)) : .null
        return .object(document)
    }

    private static func error(_ row: Row) throws -> JSONValue {
        guard let code = try row.textOrNil("error_code") else { return .null }
        return [
            "code": .string(code), "message": .string(try row.textOrNil("error_message") ?? ""),
            "hint": optional(ExecutionErrorCode.hint(for: code)),
        ]
    }
}

func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
func optional(_ number: Int?) -> JSONValue { number.map { .integer(Int64($0)) } ?? .null }
