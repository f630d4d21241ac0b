import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let audit: [Route] = [
        Route(
            .get, "/api/v1/audit", .admin, "Read the audit log", query: AuditListing.filters + QueryParameter.paging,
            answer: AnswerDoc(200, "Lines, newest first.", .page("AuditLine"))
        ) { call in
            let filter = try AuditListing.filter(call)
            let keys = ProjectKeys(call.services.projects)
            let answer = try call.page(
                { try call.services.audit.list(filter, cursor: $0, limit: $1) },
                { $0.json(project: try keys.key(of: $0.entry.project)) })
            try call.auditRead("audit.read", "audit", call.query.text("project") ?? "all", AuditListing.said(call))
            return answer
        },
        Route(
            .get, "/api/v1/audit/export", .admin, "Take the audit log away",
            query: AuditListing.filters + [
                QueryParameter("format", .words(["ndjson", "csv"]), "Default ndjson, a line of JSON each."),
                QueryParameter("cursor", .text(1...1024), "`Assay-Next-Cursor` of the part before."),
            ],
            answer: AnswerDoc(
                200, "Up to 5,000 lines, newest first; `Assay-Next-Cursor` says where the next part begins.",
                .other(mediaType: "application/x-ndjson"))
        ) { call in
            let filter = try AuditListing.filter(call)
            let place = try call.query.text("cursor").map { try Cursor.decode($0, count: 1) }?.first
            let page = try call.services.audit.part(filter, cursor: place, limit: AuditListing.exported)
            let format = call.query.text("format") ?? "ndjson"
            if place == nil {
                try call.audit("audit.export", "audit", call.query.text("project") ?? "all", AuditListing.said(call))
            }
            let keys = ProjectKeys(call.services.projects)
            let lines = try page.items.map { $0.json(project: try keys.key(of: $0.entry.project)) }
            let text = format == "csv" ? AuditListing.csv(lines, withHead: place == nil) : AuditListing.ndjson(lines)
            var headers = [
                ("Content-Type", format == "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson"),
                ("Content-Disposition", "attachment; filename=\"audit.\(format)\""), ("Cache-Control", "no-store"),
            ]
            if let next = page.nextCursor { headers.append(("Assay-Next-Cursor", Cursor.encode([next]))) }
            return Response(status: 200, headers: headers, body: Array(text.utf8))
        },
    ]
}

/// What the audit log is narrowed to, and how it leaves.
enum AuditListing {
    /// Lines of one part of an export: bounded, so that no request holds the log in memory.
    static let exported = 5000

    static let filters: [QueryParameter] = [
        .anyProject,
        QueryParameter("action", .text(1...64), "This action, or all of a family: `user`, `execution.cancel`."),
        QueryParameter("outcome", .words(["done", "refused"]), "Only these."),
        QueryParameter("actor", .id, "Only what this user or token did."),
        QueryParameter("target", .text(1...255), "Only what was done to this."),
        QueryParameter("from", .time, "Then or later."), QueryParameter("to", .time, "Before."),
    ]

    static func filter(_ call: Call) throws -> AuditFilter {
        var filter = AuditFilter(project: try call.visibleProject(call.query.text("project")))
        filter.action = call.query.text("action")
        filter.outcome = call.query.text("outcome").flatMap(AuditEntry.Outcome.init)
        filter.actor = call.query.text("actor").flatMap { UUIDv7($0) }
        filter.target = call.query.text("target")
        (filter.from, filter.to) = (call.query.time("from"), call.query.time("to"))
        return filter
    }

    /// The filters that were set.
    static func said(_ call: Call) -> JSONValue {
        var members: [String: JSONValue] = [:]
        for parameter in filters {
            if let text = call.query.text(parameter.name) { members[parameter.name] = .string(text) }
        }
        return .object(members)
    }

    static func ndjson(_ lines: [JSONValue]) -> String { lines.map { $0.text + "\n" }.joined() }

    private static let columns = [
        "at", "actor/kind", "actor/id", "actor/name", "action", "outcome", "target/kind", "target/id", "project",
        "remoteAddress", "requestId", "before", "after", "id",
    ]

    /// RFC 4180, one line each.
    static func csv(_ lines: [JSONValue], withHead: Bool) -> String {
        let head = withHead ? [columns.map { $0.replacing("/", with: " ") }] : []
        let rows = lines.map { line in columns.map { text(line.value(at: "/" + $0) ?? .null) } }
        return (head + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func text(_ value: JSONValue) -> String {
        value.isNull ? "" : value.string ?? value.text
    }

    /// A cell that a spreadsheet would take for a formula is kept from being one: names come from anybody.
    private static func cell(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        guard safe.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) || isFormula else { return safe }
        return "\"" + safe.replacing("\"", with: "\"\"") + "\""
    }
}

/// Looks up each project's key once for a page.
final class ProjectKeys {
    private let projects: Projects
    private var keys: [ID<Project>: String] = [:]

    init(_ projects: Projects) { self.projects = projects }

    func key(of project: ID<Project>?) throws -> String? {
        guard let project else { return nil }
        if let known = keys[project] { return known }
        let key = try projects.find(project).key
        keys[project] = key
        return key
    }
}
