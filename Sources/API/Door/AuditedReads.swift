import Domain
import Identity

extension Call {
    /// A line in the audit log for a reading that matters: of other people's data, of the log itself, of what is taken away.
    func auditRead(_ action: String, _ kind: String, _ id: String, _ after: JSONValue? = nil) throws {
        try services.audit.note(
            AuditEntry(action, kind, id, project: context.project?.id, after: after), by: caller,
            pace: services.auditPace)
    }
}
