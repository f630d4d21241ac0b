import Domain
import Executions
import FastCGI
import Identity
import MariaDB
import Wire

extension Routes {
    /// What was not taken of files of results: seen, fetched, mended, let go.
    static let intake: [Route] = [
        Route(
            .get, "/api/v1/executions/{id}/intake", .project(.read, .owner(.execution)),
            "List what was not taken of the files of an import", query: QueryParameter.paging,
            answer: AnswerDoc(200, "Items in the order they were met.", .page("IntakeItem"))
        ) { call in
            let found = try call.services.intakeItems.list(
                of: try call.id(), project: try call.project(), after: try call.offset(), limit: call.query.limit)
            return .page(found.items, next: found.next.map { Cursor.encode([String($0)]) })
        },
        Route(
            .get, "/api/v1/executions/{id}/intake/{number}/file", .project(.ingestResults, .owner(.execution)),
            "Download the file that something was refused of",
            answer: AnswerDoc(200, "The bytes.", .other(mediaType: "application/octet-stream"))
        ) { call in
            let item = try call.intakeItem()
            let place = try call.services.intakeItems.bytes(of: item)
            try call.auditRead("results.download", "execution", call.parameter("id"), ["file": .string(item.name)])
            return Response(
                status: 200,
                headers: [
                    ("Content-Type", "application/octet-stream"), ("X-Accel-Redirect", "/_imports/\(place)"),
                    ("Content-Disposition", "attachment; filename*=UTF-8''\(percentEncoded(item.name))"),
                    ("X-Content-Type-Options", "nosniff"),
                ])
        },
        Route(
            .post, "/api/v1/executions/{id}/intake/{number}/replay", .project(.ingestResults, .owner(.execution)),
            "Send mended what was refused", body: .file,
            answer: AnswerDoc(
                201, "What became of it, as of any file of results. 202 while one above 16 MiB is still read.",
                .one("ImportFile"))
        ) { call in try call.replay() },
        Route(
            .post, "/api/v1/executions/{id}/intake/{number}/dismissal", .project(.ingestResults, .owner(.execution)),
            "Let go what was refused", answer: AnswerDoc(204, "Nobody is asked to mend it any more.")
        ) { call in
            _ = try call.intakeItem()
            let (id, number): (ID<Execution>, Int) = (try call.id(), call.intakeNumber)
            try call.services.pool.transaction { tx in
                guard try IntakeItems.end(number, of: id, as: .dismissed, tx) else { throw Call.isMended }
                try Audit.record(
                    tx, AuditEntry("results.dismiss", "execution", id.description, project: try call.project()),
                    by: call.caller)
            }
            return Response(status: 204)
        },
    ]
}

extension Call {
    fileprivate static let isMended = Problem(.invalidTransition, "It is mended or let go already.")

    /// 0, which no item has, for what is no number.
    fileprivate var intakeNumber: Int { Int(parameter("number")) ?? 0 }

    fileprivate func intakeItem() throws -> IntakeItems.Item {
        try services.intakeItems.item(intakeNumber, of: try id(), project: try project())
    }

    /// The mended file goes the way of any file; when it cannot be read either, the item is open again.
    fileprivate func replay() throws -> Response {
        guard let body = request.bodyFile else {
            throw Problem(.malformedRequest, "The web server handed over no file.")
        }
        let item = try intakeItem()
        guard item.isRefused else { throw Call.isMended }
        let (execution, number, caller): (ID<Execution>, Int, Caller) = (try id(), intakeNumber, caller)
        let project = try projectRef()
        let wanted = item.request.mended(
            format: item.format, isOpen: item.isOpen, boundary: try boundary(), by: try principal().starter)
        let received = try services.importFiles.receive(body, named: item.name, in: project, wanted) { tx, file in
            guard try IntakeItems.end(number, of: execution, as: .replayed, tx) else { throw Call.isMended }
            try Audit.record(
                tx, AuditEntry("results.replay", "importFile", file.description, project: project.id), by: caller)
        }
        guard let reader = received.reader else { return try importFile(received.file.id, status: 202) }
        do {
            try services.readImport.read(received.file, reader: reader)
        } catch let fault as ImportFault {
            _ = try services.pool.transaction { try IntakeItems.end(number, of: execution, as: .refused, $0) }
            throw fault
        }
        return try importFile(received.file.id, status: 201)
    }
}
