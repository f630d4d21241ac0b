import Domain
import FastCGI
import Identity
import Integrations
import Wire

extension Routes {
    static let triggers: [Route] = [
        Route(
            .get, "/api/v1/triggers", .project(.read, .query), "List triggers",
            query: [.project] + QueryParameter.paging,
            answer: AnswerDoc(200, "Triggers, newest first.", .page("Trigger"))
        ) { call in
            let project = try call.project()
            let key = try call.projectKey()
            return try call.page(
                newestFirst: { try call.services.triggers.list(project: project, before: $0, limit: $1) }, id: \.id,
                { .object($0.members(project: key, origin: call.origin)) })
        },
        Route(
            .post, "/api/v1/triggers", .project(.manageTriggers, .body), "Add a trigger",
            body: .json(IntegrationShapes.createTrigger),
            answer: AnswerDoc(201, "The trigger; a secret that was made is shown this once.", .one("Trigger"))
        ) { call in
            let project = try call.project()
            let saved = try call.change { tx in
                let saved = try call.services.triggers.create(call.triggerDraft(), project: project, in: tx)
                let after: JSONValue = ["name": .string(saved.record.name), "suite": .string(saved.record.suite)]
                let entry = AuditEntry(
                    "trigger.create", "trigger", saved.record.id.description, project: project, after: after)
                return (saved, entry)
            }
            var members = saved.record.members(project: try call.projectKey(), origin: call.origin)
            if let secret = saved.newSecret { members["secret"] = .string(secret) }
            return .created(.object(members), at: "/api/v1/triggers/\(saved.record.id)")
        },
        Route(
            .delete, "/api/v1/triggers/{id}", .project(.manageTriggers, .owner(.trigger)), "Delete a trigger",
            answer: AnswerDoc(204, "Deleted; its address is unknown from now on.")
        ) { call in
            let id: ID<Trigger> = try call.id()
            let project = try call.project()
            try call.change { tx in
                try call.services.triggers.delete(id, project: project, in: tx)
                return ((), AuditEntry("trigger.delete", "trigger", id.description, project: project))
            }
            return .empty
        },
    ]
}

extension Call {
    /// Scheme and host under which the caller reached this server.
    var origin: String { (request.isSecure ? "https://" : "http://") + (request.header("Host") ?? "localhost") }

    fileprivate func triggerDraft() -> TriggerDraft {
        TriggerDraft(
            name: body["name"]?.string ?? "", provider: body["provider"]?.string ?? "",
            secret: body["secret"]?.string, events: body["events"]?.array?.compactMap(\.string) ?? ["push"],
            branch: body["branch"]?.string ?? "", suite: body["suite"]?.string ?? "",
            parameters: body["parameters"]?.object ?? [:], environment: body["environment"]?.string)
    }
}
