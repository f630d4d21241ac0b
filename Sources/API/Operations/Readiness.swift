import Domain
import Executions
import Feed

/// What must work together before the stack is of use.
struct Readiness {
    struct Check {
        let name: String
        let isOK: Bool
        let detail: String
    }

    /// A lease that ran out this long ago has no successor.
    private static let leaseGraceMs: Int64 = 2000
    private static let feedLagMs: Int64 = 10_000
    let services: Services

    /// Never throws: what cannot be asked is not ready.
    func checks() -> [Check] {
        let schema = check("schema") {
            try services.isSchemaCurrent() ? (true, "current") : (false, "older than this program: migrate")
        }
        do {
            let health = try services.readHealth.read()
            let aside = try services.setAside.count()
            return [
                Check(name: "database", isOK: true, detail: "answers"), schema, scheduler(health), feed(health),
                // Told, but no reason to take the server out: the others go on.
                Check(name: "setAside", isOK: true, detail: aside == 0 ? "nothing" : "\(aside) items, see /set-aside"),
            ]
        } catch {
            // The error's text may hold host names and belongs to the log of the database, not to strangers.
            return [Check(name: "database", isOK: false, detail: "does not answer as it should"), schema]
        }
    }

    private func scheduler(_ health: ReadHealth.Health) -> Check {
        guard let overdue = health.leaseOverdueMs else {
            return Check(name: "scheduler", isOK: false, detail: "none has started yet")
        }
        let isOK = overdue <= Self.leaseGraceMs
        return Check(name: "scheduler", isOK: isOK, detail: isOK ? "leads" : "gone for \(overdue) ms")
    }

    private func feed(_ health: ReadHealth.Health) -> Check {
        Check(name: "feed", isOK: health.feedLagMs <= Self.feedLagMs, detail: "\(health.feedLagMs) ms behind")
    }

    private func check(_ name: String, _ ask: () throws -> (Bool, String)) -> Check {
        do {
            let (isOK, detail) = try ask()
            return Check(name: name, isOK: isOK, detail: detail)
        } catch {
            return Check(name: name, isOK: false, detail: "cannot be read")
        }
    }
}
