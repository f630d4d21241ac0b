import Alerts
import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let alertRules: [Route] = [
        Route(
            .get, "/api/v1/alerts/rules", .project(.read, .query), "List alert rules",
            query: [.project] + QueryParameter.paging,
            answer: AnswerDoc(200, "Rules, newest first.", .page("AlertRule"))
        ) { call in
            let project = try call.project()
            let key = try call.projectKey()
            return try call.page(
                newestFirst: { try call.services.alertRules.list(project: project, before: $0, limit: $1) },
                id: \.id, { $0.json(project: key) })
        },
        Route(
            .post, "/api/v1/alerts/rules", .project(.manageAlertRules, .body), "Add an alert rule",
            body: .json(AlertShapes.createRule), answer: AnswerDoc(201, "The rule.", .one("AlertRule"))
        ) { call in
            let project = try call.project()
            let rule = try call.change { tx in
                let rule = try call.services.alertRules.create(call.ruleDraft(), project: project, in: tx)
                return (rule, rule.entry("alertRule.create", after: rule.audited))
            }
            return .created(
                rule.json(project: try call.projectKey()), at: "/api/v1/alerts/rules/\(rule.id)",
                version: rule.version)
        },
        Route(
            .get, "/api/v1/alerts/rules/{id}", .project(.read, .owner(.alertRule)), "Show an alert rule",
            answer: AnswerDoc(200, "The rule.", .one("AlertRule"))
        ) { call in
            let rule = try call.services.alertRules.get(try call.id(), project: try call.project())
            return .json(rule.json(project: try call.projectKey()), version: rule.version)
        },
        Route(
            .put, "/api/v1/alerts/rules/{id}", .project(.manageAlertRules, .owner(.alertRule)), "Replace an alert rule",
            body: .json(AlertShapes.replaceRule), answer: AnswerDoc(200, "The rule.", .one("AlertRule"))
        ) { call in
            let id: ID<AlertRule> = try call.id()
            let project = try call.project()
            let before = try call.services.alertRules.get(id, project: project)
            let actor = try call.alertActor()
            let rule = try call.change { tx in
                let rule = try call.services.alertRules.update(
                    id, call.ruleDraft(), ifMatch: call.versionMatch, project: project, by: actor, in: tx)
                return (rule, rule.entry("alertRule.change", before: before.audited, after: rule.audited))
            }
            return .json(rule.json(project: try call.projectKey()), version: rule.version)
        },
        Route(
            .patch, "/api/v1/alerts/rules/{id}", .project(.manageAlertRules, .owner(.alertRule)),
            "Switch an alert rule off or on", body: .json(SwitchRequest.shape),
            answer: AnswerDoc(
                200, "The rule; one that is off judges nothing, and its alert is resolved.", .one("AlertRule"))
        ) { call in
            let (id, project): (ID<AlertRule>, _) = (try call.id(), try call.project())
            let isDisabled = try call.read(SwitchRequest.self).disabled
            let actor = try call.alertActor()
            let rule = try call.change { tx in
                let rule = try call.services.alertRules.disable(
                    id, isDisabled, ifMatch: call.versionMatch, project: project, by: actor, in: tx)
                return (rule, rule.entry(isDisabled ? "alertRule.disable" : "alertRule.enable"))
            }
            return .json(rule.json(project: try call.projectKey()), version: rule.version)
        },
        Route(
            .delete, "/api/v1/alerts/rules/{id}", .project(.manageAlertRules, .owner(.alertRule)),
            "Delete an alert rule", answer: AnswerDoc(204, "Deleted; its active alert is resolved.")
        ) { call in
            let id: ID<AlertRule> = try call.id()
            let project = try call.project()
            let before = try call.services.alertRules.get(id, project: project)
            let actor = try call.alertActor()
            try call.change { tx in
                try call.services.alertRules.delete(
                    id, ifMatch: call.versionMatch, project: project, by: actor, in: tx)
                return ((), before.entry("alertRule.delete", before: before.audited))
            }
            return .empty
        },
    ]

    static let alerts: [Route] = [
        Route(
            .get, "/api/v1/alerts/active", .project(.read, .query), "List open and acknowledged alerts",
            query: [.project], answer: AnswerDoc(200, "Alerts, newest first.", .page("Alert")), isLive: true
        ) { call in
            let key = try call.projectKey()
            let active = try call.services.alertBook.active(project: try call.project())
            return .page(active.map { $0.json(project: key) })
        },
        Route(
            .get, "/api/v1/alerts", .project(.read, .query), "List alerts",
            query: [
                .project, QueryParameter("state", .words(AlertState.allCases.map(\.rawValue)), "Only this state."),
            ] + QueryParameter.paging, answer: AnswerDoc(200, "Alerts, newest first.", .page("Alert")), isLive: true
        ) { call in
            let project = try call.project()
            let key = try call.projectKey()
            let state = call.query.text("state").flatMap(AlertState.init)
            return try call.page(
                newestFirst: {
                    try call.services.alertBook.list(project: project, state: state, before: $0, limit: $1)
                },
                id: \.id, { $0.json(project: key) })
        },
        Route(
            .post, "/api/v1/alerts/{id}/acknowledge", .project(.acknowledgeAlerts, .owner(.alert)),
            "Take an alert", body: .json(AcknowledgeRequest.shape), answer: AnswerDoc(200, "The alert.", .one("Alert"))
        ) { call in
            let id: ID<Alert> = try call.id()
            let project = try call.project()
            let comment = try call.read(AcknowledgeRequest.self).comment
            let actor = try call.alertActor()
            let alert = try call.change { tx in
                let alert = try call.services.changeAlert.acknowledge(
                    id, project: project, by: actor, comment: comment, in: tx)
                let after: JSONValue = ["state": .string(alert.state.rawValue), "comment": .text(comment)]
                return (alert, AuditEntry("alert.acknowledge", "alert", id.description, project: project, after: after))
            }
            return .json(alert.json(project: try call.projectKey()))
        },
        Route(
            .post, "/api/v1/alerts/{id}/resolve", .project(.acknowledgeAlerts, .owner(.alert)),
            "End an alert by hand", body: .json(ResolveRequest.shape),
            answer: AnswerDoc(200, "The alert; the next breach of its rule opens a new one.", .one("Alert"))
        ) { call in
            let id: ID<Alert> = try call.id()
            let project = try call.project()
            let comment = try call.read(ResolveRequest.self).comment
            let actor = try call.alertActor()
            let alert = try call.change { tx in
                let alert = try call.services.changeAlert.resolve(
                    id, project: project, by: actor, comment: comment, in: tx)
                let after: JSONValue = ["state": .string(alert.state.rawValue), "comment": .text(comment)]
                return (alert, AuditEntry("alert.resolve", "alert", id.description, project: project, after: after))
            }
            return .json(alert.json(project: try call.projectKey()))
        },
    ]
}

extension Call {
    fileprivate func alertActor() throws -> AlertActor {
        let principal = try principal()
        return AlertActor(id: principal.id, name: principal.name)
    }

    /// The checked body as a draft.
    fileprivate func ruleDraft() -> RuleDraft {
        RuleDraft(
            name: body["name"]?.string ?? "", metric: body["metric"]?.string ?? "", suite: body["suite"]?.string ?? "",
            comparison: body["comparison"]?.string ?? "", threshold: body["threshold"]?.number ?? 0,
            windowRuns: body.count("/window/runs") ?? 0, minimumSamples: defaultSamples,
            severity: body["severity"]?.string ?? AlertSeverity.warning.rawValue,
            channels: (body["channels"]?.array ?? []).compactMap { $0.string.flatMap { ID<Channel>($0) } })
    }

    /// A default must not clash with a short window.
    private var defaultSamples: Int {
        body.count("/minimumSamples") ?? min(3, body.count("/window/runs") ?? 3)
    }
}

extension JSONValue {
    func count(_ pointer: String) -> Int? { value(at: pointer)?.number.flatMap { Int(exactly: $0) } }
}

extension RuleRecord {
    fileprivate func entry(_ action: String, before: JSONValue? = nil, after: JSONValue? = nil) -> AuditEntry {
        AuditEntry(action, "alertRule", id.description, project: project, before: before, after: after)
    }
}
