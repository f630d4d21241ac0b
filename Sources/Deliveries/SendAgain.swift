package import Domain
package import MariaDB

/// Sends a message of the log once more, with all its tries: a person's wish after the receiver was mended.
package enum SendAgain {
    /// Rounds of tries that the log has room for.
    static let maximumTries = 200

    package enum Outcome: Equatable, Sendable {
        case queued
        /// No such message of this kind in this project, or not to this target.
        case unknown
        /// It is still on its way, or was sent too often.
        case refused(String)
    }

    /// The receiver gets the same message under the same id.
    ///
    /// - Parameter target: nil when any target of the project will do.
    package static func run(
        _ id: UUIDv7, kind: String, project: ID<Project>, target: UUIDv7? = nil, in tx: Transaction
    ) throws -> Outcome {
        var condition: SQL = "id = \(id) AND project_id = \(project) AND kind = \(kind)"
        if let target { condition += " AND target_id = \(target)" }
        guard let row = try tx.first("SELECT state, tries FROM deliveries WHERE \(sql: condition) FOR UPDATE") else {
            return .unknown
        }
        let state: DeliveryState = try row.value("state")
        guard state == .delivered || state == .gaveUp else { return .refused("It is still on its way.") }
        guard try row.int("tries") < maximumTries else { return .refused("It was tried \(maximumTries) times.") }
        try tx.execute(
            """
            UPDATE deliveries SET state = 'pending', due_at = \(tx.now), finished_at = NULL, reason = NULL, detail = NULL,
              round_tries = tries, round_at = \(tx.now) WHERE id = \(id)
            """)
        return .queued
    }
}
