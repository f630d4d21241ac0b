import Alerts
import Deliveries
import Executions
package import Feed
import Integrations
import Reports

/// Everything that is kept for a time, in the order in which it is purged.
package enum RetentionRules {
    package static let all: [RetentionRule] =
        ExecutionRetention.rules + [KeepPartitions.rule] + DeliveryRetention.rules + TriggerRetention.rules
        + AlertRetention.rules + RollupRetention.rules
}
