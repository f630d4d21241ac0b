import Domain
import FastCGI
import Flows
import Identity
import Integrations
import Wire

extension Routes {
    /// What reached a trigger, what became of it, and taking it up again.
    static let triggerDeliveries: [Route] = [
        Route(
            .get, "/api/v1/triggers/{id}/deliveries", .project(.read, .owner(.trigger)),
            "List what reached a trigger", query: QueryParameter.paging,
            answer: AnswerDoc(200, "Deliveries, newest first.", .page("TriggerDelivery"))
        ) { call in
            let id: ID<Trigger> = try call.id()
            let place = try call.query.text("cursor").map { cursor in
                let parts = try Cursor.decode(cursor, count: 2)
                guard let at = Timestamp(parts[0]) else {
                    throw Problem.invalid("?cursor", "is not a cursor of this list")
                }
                return TriggerDeliveries.Place(receivedAt: at, delivery: parts[1])
            }
            let limit = call.query.limit
            let found = try call.services.triggerDeliveries.list(
                of: id, project: try call.project(), before: place, limit: limit + 1)
            let page = found.prefix(limit)
            let next = found.count > limit ? page.last : nil
            return .page(
                page.map { .object($0.members) },
                next: next.map { Cursor.encode([$0.receivedAt.description, $0.delivery]) })
        },
        Route(
            .get, "/api/v1/triggers/{id}/deliveries/{delivery}", .project(.read, .owner(.trigger)),
            "Show what a delivery brought",
            answer: AnswerDoc(
                200, "The delivery; `payload` is null when it was longer than 256 KiB.", .one("TriggerDeliveryDetail"))
        ) { call in
            let found = try call.services.triggerDeliveries.get(
                call.parameter("delivery"), of: try call.id(), project: try call.project())
            var members = found.record.members
            members["payload"] = .text(found.payload)
            return .json(.object(members))
        },
        Route(
            .post, "/api/v1/triggers/{id}/deliveries/{delivery}/redeliver",
            .project(.manageTriggers, .owner(.trigger)), "Take a delivery up again",
            answer: AnswerDoc(202, "The run that was started, or why none was.", .one("HookAnswer"))
        ) { call in
            let id: ID<Trigger> = try call.id()
            let project = try call.project()
            let delivery = call.parameter("delivery")
            let log = call.services.triggerDeliveries
            let outcome = try log.takeUp(delivery, of: id, project: project)
            try call.audit("trigger.redeliver", "delivery", delivery)
            switch outcome {
            case .start(let start):
                let payload = try log.get(delivery, of: id, project: project).payload ?? ""
                return try call.answer(start, body: Array(payload.utf8))
            case .ignored(let reason): return .json(["ignored": .string(reason)], status: 202)
            case .unknown, .unauthorized, .malformed, .replayed: throw Problem(.notFound)
            }
        },
    ]
}

extension TriggerDeliveryRecord {
    fileprivate var members: [String: JSONValue] {
        [
            "delivery": .string(delivery), "event": .string(event), "branch": .string(branch),
            "commit": .string(commit), "state": .string(state.rawValue), "reason": .text(reason),
            "execution": .id(execution), "remote": .string(remote), "receivedAt": .time(receivedAt),
        ]
    }
}
