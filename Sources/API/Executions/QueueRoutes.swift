import Alerts
import Domain
import Executions
import FastCGI
import Wire

extension Routes {
    static let queue: [Route] = [
        Route(
            .get, "/api/v1/executions/{id}/queue", .project(.read, .owner(.execution)), "Say where it waits and why",
            answer: AnswerDoc(200, "Place in the queue.", .one("QueuePlace")), isLive: true
        ) { call in
            .json(try call.services.readQueue.place(of: try call.id(), project: try call.project()))
        },
        Route(
            .get, "/api/v1/queue", .project(.read, .query), "Show the queue of a project", query: [.project],
            answer: AnswerDoc(200, "Depth, oldest age, slots.", .one("Queue")), isLive: true
        ) { call in
            .json(try call.services.readQueue.overview(project: try call.project(), now: call.now))
        },
        Route(
            .get, "/api/v1/projects/{p}/counts", .project(.read, .path), "Count what needs attention",
            answer: AnswerDoc(200, "Counts.", .one("ProjectCounts")), isLive: true
        ) { call in
            let project = try call.project()
            let (running, queued) = try call.services.readQueue.counts(project: project)
            return .json([
                "running": .count(running), "queued": .count(queued),
                "alertsOpen": .count(try call.services.alertBook.untakenCount(project: project)),
            ])
        },
    ]
}
