import Domain
import MariaDB

/// Attempts and their output, as the executions feature writes them.
extension Bench {
    func begin(_ run: Run, attempt: Int = 1) throws {
        try sql(
            """
            INSERT INTO attempts (execution_id, attempt, fence, status, accepted_at)
            VALUES (\(run.id), \(attempt), \(attempt), 'running', UTC_TIMESTAMP(3))
            """)
    }

    func print(_ run: Run, at: Int, step: Int = 1, _ text: String, stream: String = "stdout") throws {
        let pieces: JSONValue = [
            ["stream": .string(stream), "text": .string(text), "bytes": .integer(Int64(text.utf8.count))]
        ]
        try sql(
            """
            INSERT INTO execution_output (execution_id, attempt, step, at_byte, project_id, byte_count, pieces)
            VALUES (\(run.id), 1, \(step), \(at), \(run.project), \(text.utf8.count), \(pieces))
            """)
    }

    /// The first step ends after it has shown `bytes` on stdout.
    func endStep(_ run: Run, bytes: Int) throws {
        let steps: JSONValue = [
            [
                "sequence": 1, "status": "passed",
                "output": ["stdout": ["head": "", "tail": "", "bytes": .integer(Int64(bytes)), "droppedBytes": 0]],
            ]
        ]
        try sql("INSERT INTO traces (execution_id, attempt, steps) VALUES (\(run.id), 1, \(steps))")
        try sql("UPDATE attempts SET step_count = 1 WHERE execution_id = \(run.id)")
    }

    func endAttempt(_ run: Run, _ status: String) throws {
        try sql(
            "UPDATE attempts SET status = \(status), finished_at = UTC_TIMESTAMP(3) WHERE execution_id = \(run.id)")
    }
}
