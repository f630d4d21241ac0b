import Domain
import Identity
import MariaDB

extension Services {
    /// Writes a refusal or a reading, unless too many like it were written just now.
    func note(_ entry: AuditEntry, by caller: Caller) throws {
        guard let leftOut = auditPace.admit(entry, by: caller) else { return }
        var after = entry.after?.object ?? [:]
        if leftOut > 0 { after["leftOutBefore"] = .count(leftOut) }
        let line = AuditEntry(
            entry.action, entry.targetKind, entry.targetID, project: entry.project, outcome: entry.outcome,
            before: entry.before, after: after.isEmpty ? entry.after : .object(after))
        try pool.transaction { try Audit.record($0, line, by: caller) }
    }
}

extension Call {
    /// A line in the audit log for a reading that matters: of other people's data, of the log itself, of what is taken away.
    func auditRead(_ action: String, _ kind: String, _ id: String, _ after: JSONValue? = nil) throws {
        try services.note(AuditEntry(action, kind, id, project: context.project?.id, after: after), by: caller)
    }
}
