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
                return (saved, saved.record.entry("trigger.create", after: saved.record.audited))
            }
            var members = saved.record.members(project: try call.projectKey(), origin: call.origin)
            if let secret = saved.newSecret { members["secret"] = .string(secret) }
            return .created(.object(members), at: "/api/v1/triggers/\(saved.record.id)", version: saved.record.version)
        },
        Route(
            .get, "/api/v1/triggers/{id}", .project(.read, .owner(.trigger)), "Show a trigger",
            answer: AnswerDoc(200, "The trigger.", .one("Trigger"))
        ) { call in
            try call.answer(try call.services.triggers.get(try call.id(), project: try call.project()))
        },
        Route(
            .put, "/api/v1/triggers/{id}", .project(.manageTriggers, .owner(.trigger)),
            "Replace a trigger under the same address", body: .json(IntegrationShapes.replaceTrigger),
            answer: AnswerDoc(200, "The trigger.", .one("Trigger"))
        ) { call in
            let (id, project): (ID<Trigger>, _) = (try call.id(), try call.project())
            let after = try call.change { tx in
                let (before, after) = try call.services.triggers.update(
                    id, call.triggerDraft(), ifMatch: call.versionMatch, project: project, in: tx)
                return (after, after.entry("trigger.change", before: before.audited, after: after.audited))
            }
            return try call.answer(after)
        },
        Route(
            .patch, "/api/v1/triggers/{id}", .project(.manageTriggers, .owner(.trigger)), "Switch a trigger off or on",
            body: .json(SwitchRequest.shape),
            answer: AnswerDoc(200, "The trigger; what comes while it is off starts nothing.", .one("Trigger"))
        ) { call in
            let (id, project): (ID<Trigger>, _) = (try call.id(), try call.project())
            let isDisabled = try call.read(SwitchRequest.self).disabled
            let trigger = try call.change { tx in
                let trigger = try call.services.triggers.disable(
                    id, isDisabled, ifMatch: call.versionMatch, project: project, in: tx)
                return (trigger, trigger.entry(isDisabled ? "trigger.disable" : "trigger.enable"))
            }
            return try call.answer(trigger)
        },
        Route(
            .post, "/api/v1/triggers/{id}/secret", .project(.manageTriggers, .owner(.trigger)), "Replace the secret",
            answer: AnswerDoc(200, "The new secret; it is shown this once.", .one("NewSecret"))
        ) { call in
            let (id, project): (ID<Trigger>, _) = (try call.id(), try call.project())
            let secret = try call.change { tx in
                let secret = try call.services.triggers.rotateSecret(id, project: project, in: tx)
                return (secret, AuditEntry("trigger.secret", "trigger", id.description, project: project))
            }
            return .json(["secret": .string(secret)], headers: [("Cache-Control", "no-store")])
        },
        Route(
            .delete, "/api/v1/triggers/{id}", .project(.manageTriggers, .owner(.trigger)), "Delete a trigger",
            answer: AnswerDoc(204, "Deleted; its address is unknown from now on.")
        ) { call in
            let id: ID<Trigger> = try call.id()
            let project = try call.project()
            try call.change { tx in
                try call.services.triggers.delete(id, ifMatch: call.versionMatch, project: project, in: tx)
                return ((), AuditEntry("trigger.delete", "trigger", id.description, project: project))
            }
            return .empty
        },
    ]
}

extension Call {
    /// Scheme and host under which the caller reached this server.
    var origin: String { (request.isSecure ? "https://" : "http://") + (request.header("Host") ?? "localhost") }

    fileprivate func answer(_ trigger: TriggerRecord) throws -> Response {
        .json(.object(trigger.members(project: try projectKey(), origin: origin)), version: trigger.version)
    }

    fileprivate func triggerDraft() -> TriggerDraft {
        TriggerDraft(
            name: body["name"]?.string ?? "", provider: body["provider"]?.string ?? "",
            secret: body["secret"]?.string, events: body["events"]?.array?.compactMap(\.string) ?? ["push"],
            branch: body["branch"]?.string ?? "", suite: body["suite"]?.string ?? "",
            parameters: body["parameters"]?.object ?? [:], environment: body["environment"]?.string)
    }
}

extension TriggerRecord {
    /// What the audit log keeps.
    fileprivate var audited: JSONValue {
        [
            "name": .string(name), "suite": .string(suite), "branch": .string(branch), "events": .texts(events),
            "environment": .text(environment),
        ]
    }

    fileprivate func entry(_ action: String, before: JSONValue? = nil, after: JSONValue? = nil) -> AuditEntry {
        AuditEntry(action, "trigger", id.description, project: project, before: before, after: after)
    }
}
