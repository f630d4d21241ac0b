import Domain
import FastCGI
import Identity
import Integrations
import Wire

extension Routes {
    static let subscriptions: [Route] = [
        Route(
            .get, "/api/v1/subscriptions", .project(.read, .query), "List subscriptions",
            query: [.project] + QueryParameter.paging,
            answer: AnswerDoc(200, "Subscriptions, newest first.", .page("Subscription"))
        ) { call in
            let project = try call.project()
            let key = try call.projectKey()
            return try call.page(
                newestFirst: { try call.services.subscriptions.list(project: project, before: $0, limit: $1) },
                id: \.id, { .object($0.members(project: key)) })
        },
        Route(
            .post, "/api/v1/subscriptions", .project(.manageSubscriptions, .body), "Add a subscription",
            body: .json(IntegrationShapes.createSubscription),
            answer: AnswerDoc(201, "The subscription; a secret that was made is shown this once.", .one("Subscription"))
        ) { call in
            let project = try call.project()
            let saved = try call.change { tx in
                let saved = try call.services.subscriptions.create(call.subscriptionDraft(), project: project, in: tx)
                return (saved, saved.record.entry("subscription.create"))
            }
            return .created(
                saved.json(project: try call.projectKey()), at: "/api/v1/subscriptions/\(saved.record.id)",
                version: saved.record.version)
        },
        Route(
            .get, "/api/v1/subscriptions/{id}", .project(.read, .owner(.subscription)), "Show a subscription",
            answer: AnswerDoc(200, "The subscription.", .one("Subscription"))
        ) { call in
            let found = try call.services.subscriptions.get(try call.id(), project: try call.project())
            return .json(.object(found.members(project: try call.projectKey())), version: found.version)
        },
        Route(
            .patch, "/api/v1/subscriptions/{id}", .project(.manageSubscriptions, .owner(.subscription)),
            "Switch a subscription off or on", body: .json(SwitchRequest.shape),
            answer: AnswerDoc(200, "The subscription; what happens while it is off is not sent.", .one("Subscription"))
        ) { call in
            let (id, project): (ID<Subscription>, _) = (try call.id(), try call.project())
            let isDisabled = try call.read(SwitchRequest.self).disabled
            let found = try call.change { tx in
                let found = try call.services.subscriptions.disable(
                    id, isDisabled, ifMatch: call.versionMatch, project: project, in: tx)
                return (found, found.entry(isDisabled ? "subscription.disable" : "subscription.enable"))
            }
            return .json(.object(found.members(project: try call.projectKey())), version: found.version)
        },
        Route(
            .put, "/api/v1/subscriptions/{id}", .project(.manageSubscriptions, .owner(.subscription)),
            "Replace a subscription and enable it", body: .json(IntegrationShapes.replaceSubscription),
            answer: AnswerDoc(200, "The subscription.", .one("Subscription"))
        ) { call in
            let id: ID<Subscription> = try call.id()
            let project = try call.project()
            let saved = try call.change { tx in
                let saved = try call.services.subscriptions.update(
                    id, call.subscriptionDraft(), ifMatch: call.versionMatch, project: project, in: tx)
                return (saved, saved.record.entry("subscription.change"))
            }
            return .json(saved.json(project: try call.projectKey()), version: saved.record.version)
        },
        Route(
            .delete, "/api/v1/subscriptions/{id}", .project(.manageSubscriptions, .owner(.subscription)),
            "Delete a subscription", answer: AnswerDoc(204, "Deleted; what is on its way is given up.")
        ) { call in
            let id: ID<Subscription> = try call.id()
            let project = try call.project()
            try call.change { tx in
                try call.services.subscriptions.delete(id, ifMatch: call.versionMatch, project: project, in: tx)
                return ((), AuditEntry("subscription.delete", "subscription", id.description, project: project))
            }
            return .empty
        },
        Route(
            .get, "/api/v1/subscriptions/{id}/deliveries", .project(.read, .owner(.subscription)),
            "List what was sent, with every try", query: QueryParameter.paging,
            answer: AnswerDoc(200, "Deliveries, newest first.", .page("Delivery"))
        ) { call in
            let id: ID<Subscription> = try call.id()
            let project = try call.project()
            return try call.page(
                newestFirst: { (before: ID<DeliveryRecord>?, limit: Int) in
                    try call.services.subscriptions.deliveries(
                        of: id, project: project, before: before?.uuid, limit: limit)
                }, id: { ID($0.id) }, \.json)
        },
        Route(
            .post, "/api/v1/subscriptions/{id}/deliveries/{delivery}/replay",
            .project(.manageSubscriptions, .owner(.subscription)), "Send something of the log again",
            answer: AnswerDoc(202, "Queued, with the same webhook-id.")
        ) { call in
            let id: ID<Subscription> = try call.id()
            let project = try call.project()
            guard let delivery = UUIDv7(call.parameter("delivery")) else { throw Problem(.notFound) }
            try call.change { tx in
                try call.services.subscriptions.sendAgain(delivery, of: id, project: project, in: tx)
                return ((), AuditEntry("subscription.replay", "delivery", delivery.description, project: project))
            }
            return Response(status: 202)
        },
        Route(
            .post, "/api/v1/subscriptions/{id}/secret", .project(.manageSubscriptions, .owner(.subscription)),
            "Replace the secret", answer: AnswerDoc(200, "The new secret; it is shown this once.", .one("NewSecret"))
        ) { call in
            let id: ID<Subscription> = try call.id()
            let project = try call.project()
            let secret = try call.change { tx in
                let secret = try call.services.subscriptions.rotateSecret(id, project: project, in: tx)
                return (secret, AuditEntry("subscription.secret", "subscription", id.description, project: project))
            }
            return .json(["secret": .string(secret)], headers: [("Cache-Control", "no-store")])
        },
    ]
}

extension Call {
    fileprivate func subscriptionDraft() -> SubscriptionDraft {
        let filter = body["filter"] ?? .null
        let status = filter["status"].map { value in
            value.string.map { [$0] } ?? value.array?.compactMap(\.string) ?? []
        }
        return SubscriptionDraft(
            name: body["name"]?.string ?? "", url: body["url"]?.string ?? "",
            events: (body["events"]?.array ?? []).compactMap(\.string),
            filter: SubscriptionFilter(suite: filter["suite"]?.string, statuses: status ?? []),
            secret: body["secret"]?.string)
    }
}

extension SubscriptionRecord {
    /// The address may hold credentials, so it is not kept.
    fileprivate func entry(_ action: String) -> AuditEntry {
        AuditEntry(
            action, "subscription", id.description, project: project,
            after: ["name": .string(name), "events": .texts(events)])
    }
}
