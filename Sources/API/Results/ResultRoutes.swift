import Domain
import Executions
import FastCGI
import Identity
import Wire

extension Routes {
    static let results: [Route] = [
        Route(
            .post, "/api/v1/results", .project(.ingestResults, .query), "Send results that another tool made",
            query: ImportParameters.all, body: .file,
            answer: AnswerDoc(
                201, "What became of the file: its runs. 202 while one above 16 MiB is still read.", .one("ImportFile"))
        ) { call in
            guard let file = call.request.bodyFile else {
                throw Problem(.malformedRequest, "The web server handed over no file.")
            }
            let files = call.services.importFiles
            let received = try files.receive(
                file, named: call.imported("file") ?? "results", in: try call.projectRef(),
                try call.importRequest()
            ) { [caller = call.caller, project = call.context.project?.id] tx, id in
                try Audit.record(
                    tx, AuditEntry("results.import", "importFile", id.description, project: project), by: caller)
            }
            if let reader = received.reader { try call.services.readImport.read(received.file, reader: reader) }
            return try call.importFile(received.file.id, status: received.reader == nil ? 202 : 201)
        },
        Route(
            .get, "/api/v1/results/{id}", .project(.ingestResults, .owner(.importFile)),
            "How far a file of results is read", answer: AnswerDoc(200, "The file and its runs.", .one("ImportFile"))
        ) { call in try call.importFile(try call.id(), status: 200) },
    ]
}

/// What may be said of a file of results: each as a query parameter or as a header `X-Assay-…`.
enum ImportParameters {
    static let texts: [QueryParameter] = [
        QueryParameter("suite", .key, "Key of the suite the results belong to."),
        QueryParameter("branch", .text(1...255), "Branch that was tested."),
        QueryParameter("commit", .text(4...64, .commit), "Commit that was tested."),
        QueryParameter("environment", .key, "Where it ran."),
        QueryParameter("runKey", .text(1...255, .name), "Names the run: a repeat adds nothing, another file joins it."),
        QueryParameter("name", .text(1...255, .name), "What people call the run; default the suite's name."),
        QueryParameter("url", .text(8...2048, .webAddress), "Where the run is seen, such as a CI job."),
        QueryParameter("startedAt", .time, "When it began, for files that do not say."),
        QueryParameter("file", .text(1...255), "Name of the file, for messages."),
    ]

    static let all: [QueryParameter] =
        [
            .project, QueryParameter("format", .words(["auto"] + ImportFormats.words), "Default auto: by content."),
        ] + texts + [
            QueryParameter("allowEmpty", .boolean, "Whether a file without tests passes."),
            QueryParameter(
                "complete", .boolean,
                "Whether the run ends with this file. Default true; false with a runKey, where it ends 10 minutes after its last file."
            ),
        ]

    /// `runKey` → `X-Assay-Run-Key`.
    static func header(_ name: String) -> String {
        "X-Assay-" + name.map { $0.isUppercase ? "-\($0)" : String($0) }.joined()
    }
}

extension Call {
    fileprivate func imported(_ name: String) -> String? {
        query.text(name) ?? request.header(ImportParameters.header(name)).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// - Throws: `Problem` naming each header that does not fit; parameters were checked before.
    fileprivate func importRequest() throws -> ImportRequest {
        let faults = ImportParameters.texts.flatMap { parameter in
            imported(parameter.name).map { text in
                parameter.shape.faults(in: .string(text)).map { FieldFault("?\(parameter.name)", $0.message) }
            } ?? []
        }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        var wanted = ImportRequest(startedBy: try principal().starter)
        wanted.format = query.text("format").flatMap { $0 == "auto" ? nil : $0 }
        wanted.runKey = imported("runKey")
        wanted.name = imported("name")
        wanted.suite = imported("suite")
        wanted.branch = imported("branch")
        wanted.commit = imported("commit")
        wanted.environment = imported("environment")
        wanted.url = imported("url")
        wanted.startedAt = imported("startedAt").flatMap { Timestamp($0) }
        wanted.allowEmpty = query.flag("allowEmpty") ?? false
        wanted.complete = query.flag("complete")
        wanted.boundary = try boundary()
        return wanted
    }

    /// What parts the files of a form; nil when the body is one file.
    func boundary() throws -> String? {
        let header = request.header("Content-Type") ?? ""
        guard BodyReading.mediaType(header) == "multipart/form-data" else { return nil }
        guard let found = header.firstMatch(of: /boundary="?([0-9A-Za-z'()+_,.\/:=? -]{1,70})"?/) else {
            throw Problem(.malformedRequest, "The form does not say what parts it.")
        }
        return String(found.1)
    }

    func importFile(_ id: ID<ImportFile>, status: Int) throws -> Response {
        let files = services.importFiles
        guard let file = try files.find(id) else { throw Problem(.notFound) }
        let isOver = file.state != .waiting && file.state != .reading
        let runs = try files.shares(of: id).map { share -> JSONValue in
            [
                "id": .string(share.run.description), "number": .count(share.number),
                "runKey": .text(share.runKey), "created": .bool(share.created),
                "status": .string(share.status.rawValue), "accepted": isOver ? .count(share.accepted) : .null,
                "duplicates": .count(share.duplicates), "refused": .count(share.refused),
            ]
        }
        return .json(
            [
                "id": .string(file.id.description), "state": .string(file.state.rawValue), "name": .string(file.name),
                "format": .string(file.format), "bytes": .integer(file.bytes), "bytesRead": .integer(file.bytesRead),
                "runs": .array(runs),
            ], status: status, headers: [("Location", "/api/v1/results/\(id)")])
    }
}
