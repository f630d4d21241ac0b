import Catalog
import Domain
package import Executions
package import Wire

extension Slice {
    /// Results that other tools made.
    static let results = Slice(routes: Routes.results + Routes.intake, answers: AnswerShapes.results)
}

extension OwnedKind {
    static let importFile = OwnedKind("file of results") { services, id in
        guard let project = try services.importFiles.project(of: ID(id)) else { throw ExecutionFault.notFound }
        return project
    }
}

extension Services {
    package var importFiles: ImportFiles { ImportFiles(pool: pool, directory: importDirectory) }
    package var intakeItems: IntakeItems { IntakeItems(files: importFiles) }
    package var readImport: ReadImport {
        ReadImport(files: importFiles) { [resolve] key, project in
            try resolve.suiteName(key, project: project).map { ($0.id.uuid, $0.name) }
        }
    }
}

extension ImportFault: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .unknownFormat:
            Problem(
                .unknownFormat, "Send one of: \(ImportFormats.words.joined(separator: ", ")).",
                extensions: ["formats": .array(ImportFormats.words.map { .string($0) })])
        case .notOfFormat(let message): .invalid("?format", message)
        }
    }
}

extension AnswerShapes {
    static let results: [String: Shape] = [
        "ImportFile": .answer([
            "id": .id, "state": .words(["waiting", "reading", "read", "damaged", "refused"]), "name": .words,
            "format": .words, "bytes": .whole, "bytesRead": .whole,
            "runs": .list(
                .answer([
                    "id": .id, "number": .whole, "runKey": Shape.words.orNull, "created": .boolean,
                    "status": .words, "accepted": Shape.whole.orNull, "duplicates": .whole, "refused": .whole,
                ])),
        ]),
        "IntakeItem": .answer([
            "number": .whole, "file": .words, "format": .words, "line": Shape.whole.orNull,
            "column": Shape.whole.orNull, "byteOffset": Shape.whole.orNull, "code": .words, "message": .words,
            "excerpt": .words, "state": .words(["refused", "replayed", "dismissed"]), "at": .time,
            "hasFile": .boolean,
        ]),
    ]
}
