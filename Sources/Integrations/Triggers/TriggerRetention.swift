package import Feed
import MariaDB

/// How long deliveries of inbound webhooks are known, and with them that they were seen before.
package enum TriggerRetention {
    package static let rules: [RetentionRule] = [
        .rows(
            "triggerDeliveries", about: "deliveries of inbound webhooks", of: "trigger_deliveries", defaultDays: 30
        ) { "received_at < \($0)" }
    ]
}
