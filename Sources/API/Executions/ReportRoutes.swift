import Domain
import Executions
import FastCGI
import Wire
import ReportFormats

extension Routes {
    static let report: [Route] = [
        Route(
            .get, "/api/v1/executions/{id}/report", .project(.read, .owner(.execution)), "Take a run away as a file",
            query: [
                QueryParameter(
                    "format", .words(ReportFormat.allCases.map(\.rawValue)), isRequired: true, "What to write it as.")
            ], answer: AnswerDoc(200, "The file.", .other(mediaType: "application/octet-stream"))
        ) { call in
            guard let format = call.query.text("format").flatMap(ReportFormat.init) else {
                throw Problem.invalid("?format", "is not known")
            }
            let project = try call.projectRef()
            let report = try call.services.readReport.report(
                of: try call.id(), project: project.id, for: format, at: call.now
            ) { number in
                call.services.publicURL.map { "\($0)/p/\(project.key)/runs/\(number)" }
            }
            try call.auditRead(
                "execution.report", "execution", call.parameter("id"), ["format": .string(format.rawValue)])
            let name = "\(project.key)-\(report.document["number"]?.integer.map(String.init) ?? call.parameter("id"))"
            return Response(
                status: 200,
                headers: [
                    ("Content-Type", format.mediaType), ("Cache-Control", "no-store"),
                    ("Content-Disposition", "attachment; filename=\"\(name).\(format.fileExtension)\""),
                ], body: format.write(report))
        }
    ]
}

extension Services {
    var readReport: ReadReport { ReadReport(pool: pool) }
}
