import Domain
import FastCGI
import Feed
import Flows
import MariaDB
import Wire

extension Routes {
    /// What would be removed, for admins.
    static let retention: [Route] = [
        Route(
            .get, "/api/v1/retention/preview", .admin, "Show what is kept for how long and what is past its time",
            answer: AnswerDoc(200, "One entry a rule.", .page("Retention"))
        ) { call in
            let (rules, now) = (RetentionRules.all, call.now)
            let days = call.services.retention
            let rows = try call.services.pool.read { connection in
                try rules.map { rule in
                    let cutoff = days.cutoff(of: rule, now: now)
                    return RetentionPreview(
                        rule: rule, days: days.days(of: rule), cutoff: cutoff,
                        count: try cutoff.map { try rule.count(connection, $0) } ?? 0)
                }
            }
            return .page(rows.map(\.json))
        }
    ]
}

private struct RetentionPreview {
    let rule: RetentionRule
    let days: Int?
    let cutoff: Timestamp?
    let count: Int

    var json: JSONValue {
        [
            "name": .string(rule.name), "about": .string(rule.about), "days": days.map { .count($0) } ?? .null,
            "before": cutoff.map { .time($0) } ?? .null, "count": .count(count),
            "isMore": .bool(count >= RetentionRule.countLimit),
        ]
    }
}
