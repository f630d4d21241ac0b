import Domain
import Glibc
import MariaDB
import Support
import Testing
import Wire

@testable import Executions

/// A directory of files that come in, and what reads them.
struct ImportScene {
    let bench: Bench
    let files: ImportFiles
    let directory: String
    let project: ProjectRef

    init() throws {
        bench = try Bench()
        var template = Array("/tmp/assay-import-XXXXXX".utf8CString)
        directory = String(cString: try #require(mkdtemp(&template)))
        files = ImportFiles(pool: bench.pool, directory: directory + "/imports")
        project = ProjectRef(id: bench.project, key: "demo")
    }

    var items: IntakeItems { IntakeItems(files: files) }

    var reader: ReadImport { ReadImport(files: files) { _, _ in nil } }

    func request(_ change: (inout ImportRequest) -> Void = { _ in }) -> ImportRequest {
        var request = ImportRequest(startedBy: FrozenRequest.Starter(kind: "user", id: "nobody", name: "Alice"))
        change(&request)
        return request
    }

    func receive(_ text: String, _ request: ImportRequest) throws -> ImportFiles.Received {
        let path = directory + "/incoming"
        try write(text, to: path)
        return try files.receive(path, named: "report.xml", in: project, request) { _, _ in }
    }

    @discardableResult
    func take(_ text: String, _ change: (inout ImportRequest) -> Void = { _ in }) throws -> [ImportShare] {
        let received = try receive(text, request(change))
        try reader.read(received.file, reader: try #require(received.reader))
        return try files.shares(of: received.file.id)
    }

    func run(_ id: ID<Execution>) throws -> JSONValue {
        try FindExecutions(pool: bench.pool).get(id, in: [bench.project])
    }

    func children(_ id: ID<Execution>) throws -> [JSONValue] {
        try FindExecutions(pool: bench.pool).children(
            of: id, project: bench.project, statuses: [], key: nil, byUrgency: false, limit: 200, offset: 0
        ).items
    }

    private func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
    }
}
