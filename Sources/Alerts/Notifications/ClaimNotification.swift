import Domain
import MariaDB

/// A message that this sender, and no other, is to send now; with all it takes to do so.
struct ClaimedNotification {
    struct Channel {
        let id: ID<Domain.Channel>
        let name: String
        let updatedAt: Timestamp
        let row: Row
    }

    let id: ID<Notification>
    let occasion: NotificationOccasion
    /// This try's number, from 1.
    let tries: Int
    let takenAt: Timestamp
    let createdAt: Timestamp
    let projectKey: String
    let alert: AlertRecord?
    let runNumber: Int?
    /// nil when it was deleted.
    let channel: Channel?

    /// Condition under which the row is still this try's.
    var isOurs: SQL { "id = \(id) AND state = 'sending' AND tries = \(tries)" }
}

/// What came of looking for a due message.
enum NotificationClaim {
    case nothing
    /// It was not worth another try.
    case gaveUp
    case take(ClaimedNotification)
}

/// Takes the message that is due longest.
struct ClaimNotification {
    let maximumTries: Int

    func run(in tx: Transaction) throws -> NotificationClaim {
        for row in try tx.query(DeliverNotifications.dueStatement("\(tx.now)")) {
            let id: ID<Notification> = try row.id("id")
            let tries = try row.int("tries")
            let condition: SQL = """
                id = \(id) AND state = \(try row.text("state")) AND tries = \(tries) AND due_at <= \(tx.now)
                """
            guard tries < maximumTries else {
                // Its senders died with it, again and again.
                if try giveUp("interrupted", "The sender was interrupted \(tries) times.", condition, in: tx) {
                    return .gaveUp
                }
                continue
            }
            let won = try tx.execute(
                """
                UPDATE notifications SET state = 'sending', tries = tries + 1, \
                due_at = \(tx.now.adding(ms: DeliverNotifications.sendingMs)) WHERE \(sql: condition)
                """)
            guard won == 1 else { continue }
            let claimed = try load(id, in: tx)
            if let row = claimed.channel?.row, claimed.occasion != .test, try row.timeOrNil("disabled_at") != nil {
                let given = try giveUp("channelDisabled", "The channel is disabled.", claimed.isOurs, in: tx)
                if given { return .gaveUp }
                continue
            }
            return .take(claimed)
        }
        return .nothing
    }

    private func giveUp(_ reason: String, _ detail: String, _ condition: SQL, in tx: Transaction) throws -> Bool {
        try tx.execute(
            """
            UPDATE notifications SET state = 'gaveUp', due_at = NULL, reason = \(reason), detail = \(detail), \
            finished_at = \(tx.now) WHERE \(sql: condition)
            """) == 1
    }

    private func load(_ id: ID<Notification>, in tx: Transaction) throws -> ClaimedNotification {
        let row = try tx.first(
            """
            SELECT project_id, channel_id, alert_id, occasion, tries, created_at FROM notifications WHERE id = \(id)
            """)
        guard let row else { throw AlertsError.notFound }
        let project: ID<Project> = try row.id("project_id")
        var alert: AlertRecord?
        if let alertID: ID<Alert> = try row.idOrNil("alert_id") {
            alert = try tx.first("SELECT \(sql: AlertRecord.columns) FROM alerts WHERE id = \(alertID)")
                .map { try AlertRecord($0) }
        }
        return ClaimedNotification(
            id: id, occasion: try row.value("occasion"), tries: try row.int("tries"), takenAt: tx.now,
            createdAt: try row.time("created_at"), projectKey: try Alerts.projectKey(of: project, in: tx),
            alert: alert, runNumber: try runNumber(alert?.execution, in: tx),
            channel: try channel(row.id("channel_id"), in: tx))
    }

    private func channel(_ id: ID<Channel>, in tx: Transaction) throws -> ClaimedNotification.Channel? {
        let row = try tx.first("SELECT \(sql: Channels.columns) FROM channels WHERE id = \(id)")
        return try row.map {
            ClaimedNotification.Channel(
                id: id, name: try $0.text("name"), updatedAt: try $0.time("updated_at"), row: $0)
        }
    }

    /// The number people know the run by: that of its root.
    private func runNumber(_ execution: ID<Execution>?, in tx: Transaction) throws -> Int? {
        guard let execution else { return nil }
        return try tx.first(
            """
            SELECT r.number FROM executions x JOIN executions r ON r.id = x.root_id WHERE x.id = \(execution)
            """)?.intOrNil("number")
    }
}
