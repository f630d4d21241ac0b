import Domain
@testable import Executions
import MariaDB

/// Reads a whole database and names every rule of a history that does not hold.
struct HistoryCheck {
    let pool: Pool

    /// All that is wrong with a database where nothing runs any more.
    func everything() throws -> [String] {
        try unfinished() + brokenStreams() + brokenAttempts() + brokenFeed() + brokenSuites()
    }

    /// Executions that are not final.
    func unfinished() throws -> [String] {
        try pool.read { connection in
            try connection.query("SELECT id, kind, status FROM executions WHERE finished_at IS NULL ORDER BY id").map {
                row in
                "\(try row.text("kind")) \(try row.text("id")) is \(try row.text("status"))"
            }
        }
    }

    /// Streams whose sequence has holes, or whose statuses went a way that the machine does not know.
    func brokenStreams() throws -> [String] {
        var broken: [String] = []
        let executions = try pool.read {
            try $0.query("SELECT id, kind, status, last_seq FROM executions ORDER BY id")
        }
        for execution in executions {
            let id: ID<Execution> = try execution.id("id")
            let kind: ExecutionKind = try execution.value("kind")
            let events = try pool.read { connection in
                try connection.query("SELECT seq, type, body FROM events WHERE stream_id = \(id) ORDER BY seq")
            }
            if try events.map({ try $0.int("seq") }) != Array(1...(try execution.int("last_seq"))) {
                broken.append("\(id): sequence")
            }
            var status: String?
            for event in events {
                let body = try event.json("body")
                guard let to = body["to"]?.string else { continue }
                if body["from"]?.string != status { broken.append("\(id): \(status ?? "nothing") is left as \(body)") }
                if let from = status, from != to, !HistoryCheck.legal[kind, default: []].contains("\(from) \(to)") {
                    broken.append("\(id): \(kind) \(from) \(to)")
                }
                status = to
            }
            let stored = try execution.text("status")
            if status != stored { broken.append("\(id): events end \(status ?? "nowhere"), the row says \(stored)") }
        }
        return broken
    }

    /// Executions whose attempts are not numbered 1, 2, 3 … under rising fences, or still run, or whose work is not over.
    func brokenAttempts() throws -> [String] {
        var broken: [String] = []
        var last: (id: String, attempt: Int, fence: Int) = ("", 0, 0)
        let rows = try pool.read { connection in
            try connection.query(
                "SELECT execution_id, attempt, fence, status FROM attempts ORDER BY execution_id, attempt")
        }
        for row in rows {
            let id = try row.text("execution_id")
            if id != last.id { last = (id, 0, 0) }
            let (attempt, fence) = (try row.int("attempt"), try row.int("fence"))
            if attempt != last.attempt + 1 || fence <= last.fence {
                broken.append("\(id): attempt \(attempt) fence \(fence)")
            }
            if try row.text("status") == "running" { broken.append("\(id): attempt \(attempt) runs") }
            last = (id, attempt, fence)
        }
        let open = try pool.read { connection in
            try connection.query("SELECT execution_id, state FROM work_items WHERE state NOT IN ('done', 'dead')")
        }
        return try broken + open.map { "\(try $0.text("execution_id")): work is \(try $0.text("state"))" }
    }

    /// Positions that are not dense between jumps, streams not told in order, and facts never told.
    func brokenFeed() throws -> [String] {
        var broken: [String] = []
        var position: Int?
        var told: [String: Int] = [:]
        let rows = try pool.read {
            try $0.query("SELECT pos, stream_id, seq_from, seq_to FROM feed ORDER BY pos")
        }
        for row in rows {
            let here = try row.int("pos")
            defer { position = here }
            guard let stream = try row.textOrNil("stream_id") else { continue }
            if here != (position ?? here) + 1 { broken.append("position \(here) after \(position ?? 0)") }
            if try row.int("seq_from") != told[stream, default: 0] + 1 {
                broken.append("\(stream): from \(try row.int("seq_from"))")
            }
            told[stream] = try row.int("seq_to")
        }
        let streams = try pool.read {
            try $0.query("SELECT stream_id, MAX(seq) top FROM events GROUP BY stream_id")
        }
        for row in streams where try told[row.text("stream_id")] != row.int("top") {
            broken.append("\(try row.text("stream_id")): told only up to \(told[try row.text("stream_id")] ?? 0)")
        }
        let left = try pool.read { try $0.query("SELECT id FROM outbox").count }
        return left == 0 ? broken : broken + ["outbox holds \(left)"]
    }

    /// Suites whose counters are not those of their children.
    func brokenSuites() throws -> [String] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT s.id FROM executions s WHERE s.kind = 'suite' AND s.children_expanded > 0 AND (
                  s.children_passed <> (SELECT COUNT(*) FROM executions c WHERE c.parent_id = s.id AND c.status = 'passed')
                  OR s.children_failed <> (SELECT COUNT(*) FROM executions c WHERE c.parent_id = s.id AND c.status = 'failed')
                  OR s.children_timeout <> (SELECT COUNT(*) FROM executions c WHERE c.parent_id = s.id AND c.status = 'timeout')
                  OR s.children_aborted <> (SELECT COUNT(*) FROM executions c WHERE c.parent_id = s.id AND c.status = 'aborted')
                  OR s.children_running <> 0)
                """
            ).map { try $0.text("id") }
        }
    }

    /// How attempts ended, to see that a history was not an idle one.
    func endings() throws -> Set<String> {
        Set(try pool.read { try $0.query("SELECT DISTINCT status FROM attempts") }.map { try $0.text("status") })
    }

    /// Every `from to` that some event can cause.
    private static let legal: [ExecutionKind: Set<String>] = {
        var events: [ExecutionEvent] = [
            .started, .agentLost(lossesLeft: true), .agentLost(lossesLeft: false), .cancelled, .aborted(reason: ""),
        ]
        for verdict in Verdict.allCases { events += [.ended(verdict, retry: false), .ended(verdict, retry: true)] }
        events += ExecutionStatus.allCases.map { .concluded($0) }
        var legal: [ExecutionKind: Set<String>] = [:]
        for kind in ExecutionKind.allCases {
            for status in ExecutionStatus.allCases {
                for event in events {
                    let edges = (try? ExecutionMachine.transitions(from: status, kind: kind, on: event)) ?? []
                    legal[kind, default: []].formUnion(edges.map { "\($0.from.rawValue) \($0.to.rawValue)" })
                }
            }
        }
        return legal
    }()
}
