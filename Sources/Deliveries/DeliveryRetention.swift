package import Feed
import MariaDB

/// How long what was sent is shown.
package enum DeliveryRetention {
    package static let rules: [RetentionRule] = [
        RetentionRule(
            "deliveries", about: "messages sent to the outside, with the log of their tries", defaultDays: 30,
            count: { database, before in
                try database.first(
                    """
                    SELECT COUNT(*) n FROM (SELECT 1 FROM deliveries WHERE finished_at < \(before)
                      LIMIT \(RetentionRule.countLimit)) q
                    """)?.int("n") ?? 0
            },
            purge: { tx, before, limit in
                let ids = try tx.query(
                    "SELECT id FROM deliveries WHERE finished_at < \(before) ORDER BY finished_at LIMIT \(limit)"
                ).map { try $0.uuid("id") }
                guard !ids.isEmpty else { return 0 }
                try tx.execute("DELETE FROM delivery_attempts WHERE delivery_id IN (\(list: ids))")
                return try tx.execute("DELETE FROM deliveries WHERE id IN (\(list: ids))")
            })
    ]
}
