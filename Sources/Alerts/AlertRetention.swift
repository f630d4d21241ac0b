import Domain
package import Feed
import MariaDB

/// How long alerts that are over are shown.
package enum AlertRetention {
    package static let rules: [RetentionRule] = [
        .rows("alerts", about: "alerts that are over", of: "alerts", defaultDays: 400) {
            "id < \(UUIDv7.first(at: $0)) AND state = 'resolved'"
        }
    ]
}
