import Domain
import FastCGI
import Feed
import Identity
import MariaDB
import Wire

extension Routes {
    /// What loops stepped over, for admins.
    static let setAside: [Route] = [
        Route(
            .get, "/api/v1/set-aside", .admin, "List what loops have set aside",
            answer: AnswerDoc(200, "Items, the newest failure first; at most 200.", .page("SetAside"))
        ) { call in
            .page(try call.services.setAside.list().map(\.json))
        },
        Route(
            .post, "/api/v1/set-aside/{loop}/{item}/retry", .admin, "Try an item again now",
            answer: AnswerDoc(204, "Its loop tries it within ten seconds.")
        ) { call in
            try call.changeSetAside("setAside.retry") { try call.services.setAside.retry(loop: $0, item: $1, $2) }
        },
        Route(
            .delete, "/api/v1/set-aside/{loop}/{item}", .admin, "Give an item up for good",
            answer: AnswerDoc(204, "It is not tried again.")
        ) { call in
            try call.changeSetAside("setAside.drop") { try call.services.setAside.drop(loop: $0, item: $1, $2) }
        },
    ]
}

extension Call {
    fileprivate func changeSetAside(
        _ action: String, _ change: (_ loop: String, _ item: String, _ tx: Transaction) throws -> Bool
    ) throws -> Response {
        let (loop, item) = (parameter("loop"), parameter("item"))
        try services.pool.transaction { tx in
            guard try change(loop, item, tx) else { throw Problem(.notFound) }
            try Audit.record(tx, AuditEntry(action, "setAside", "\(loop)/\(item)", project: nil), by: caller)
        }
        return .empty
    }
}

extension SetAsideItems.Item {
    fileprivate var json: JSONValue {
        [
            "loop": .string(loop), "item": .string(item), "project": project.map { .string($0) } ?? .null,
            "error": .string(error), "firstAt": .time(firstAt), "lastAt": .time(lastAt), "tries": .count(tries),
            "dueAt": .time(dueAt),
        ]
    }
}
