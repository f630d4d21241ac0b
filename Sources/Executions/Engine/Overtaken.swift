import Domain
import MariaDB

/// What time has overtaken, by one statement: sessions past their lease, and work items past a time of theirs.
struct Overtaken {
    /// Why an item is looked at.
    enum Kind: String, CaseIterable {
        case offer, overdue, due

        /// The optimizer would rather walk the whole table in key order, done items and all.
        var index: SQL { self == .due ? "work_items_for_due" : "work_items_for_load" }

        var condition: SQL {
            switch self {
            case .offer: "state = 'offered' AND offered_until < UTC_TIMESTAMP(3)"
            case .overdue:
                """
                state = 'running' AND (deadline_at < UTC_TIMESTAMP(3)
                  OR cancel_requested_at < UTC_TIMESTAMP(3) - INTERVAL \(CancelExecution.graceMs * 1000) MICROSECOND)
                """
            case .due: "state = 'scheduled' AND not_before <= UTC_TIMESTAMP(3)"
            }
        }
    }

    var sessions: [ID<AgentSession>] = []
    var items: [(Kind, ID<Execution>)] = []
    /// Whether something is held, or due within the longest sleep of the engine.
    var isWaiting = false

    static func read(_ pool: Pool, limit: Int) throws -> Overtaken {
        var sql: SQL = """
            (SELECT 'session' kind, id FROM agent_sessions WHERE ended_at IS NULL AND lease_until < UTC_TIMESTAMP(3)
             ORDER BY lease_until LIMIT \(limit))
            UNION ALL (SELECT 'waiting', execution_id FROM work_items FORCE INDEX (work_items_for_load)
              WHERE state IN ('offered', 'running') LIMIT 1)
            UNION ALL (SELECT 'waiting', execution_id FROM work_items FORCE INDEX (work_items_for_due)
              WHERE state = 'scheduled' AND not_before < UTC_TIMESTAMP(3) + INTERVAL 3 SECOND LIMIT 1)
            """
        for kind in Kind.allCases {
            sql += """
                 UNION ALL (SELECT \(kind.rawValue), execution_id FROM work_items FORCE INDEX (\(sql: kind.index))
                 WHERE \(sql: kind.condition) LIMIT \(limit))
                """
        }
        var overtaken = Overtaken()
        for row in try pool.read({ try $0.query(sql) }) {
            switch try row.text("kind") {
            case "session": overtaken.sessions.append(try row.id("id"))
            case "waiting": overtaken.isWaiting = true
            case let text:
                if let kind = Kind(rawValue: text) { overtaken.items.append((kind, try row.id("id"))) }
            }
        }
        return overtaken
    }
}
