package import ArgumentParser
import Domain
import Glibc

/// Sends definitions to the server and prints what changes.
package struct ApplyCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Create or update test cases, suites, items and environments from YAML files.",
        discussion: "A directory stands for its .yaml, .yml and .json files, - for standard input; default assay.yaml.")

    @Argument(help: "Files or directories.")
    var files: [String] = []

    @Option(name: .shortAndLong, help: "Project key; default ASSAY_PROJECT.")
    var project: String?

    @Flag(help: "Only print what would change.")
    var dryRun = false

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let project = try context.project(project)
        let server = try ServerClient.known(context)
        var counts: [String: Int] = [:]
        for path in try expand(files.isEmpty ? ["assay.yaml"] : files) {
            let type = path.hasSuffix(".json") ? "application/json" : "application/yaml"
            let answer: JSONValue
            do throws(ClientError) {
                answer = try server.post(
                    "/catalog/apply?project=\(escaped(project))&dryRun=\(dryRun)", content(path, context), type: type)
            } catch {
                throw ClientError(path == "-" ? error.description : "\(path): \(error.description)")
            }
            for change in answer["changes"]?.array ?? [] {
                let action = change["action"]?.string ?? ""
                counts[action, default: 0] += 1
                if action != "unchanged" { context.print(line(change, action)) }
            }
        }
        let summary = [("create", "created"), ("update", "updated"), ("unchanged", "unchanged")]
            .map { "\(counts[$0.0] ?? 0) \($0.1)" }.joined(separator: ", ")
        context.print(dryRun ? "Dry run: \(summary)." : "\(summary).")
        return ClientExit.passed
    }

    private func line(_ change: JSONValue, _ action: String) -> String {
        let sign = action == "create" ? "+" : "~"
        let fields = (change["fields"]?.array ?? []).compactMap(\.string)
        let what = "\(sign) \(change["kind"]?.string ?? "") \(change["key"]?.string ?? "")"
        return fields.isEmpty || action == "create" ? what : what + ": " + fields.joined(separator: ", ")
    }

    private func expand(_ paths: [String]) throws(ClientError) -> [String] {
        var expanded: [String] = []
        for path in paths {
            guard let directory = opendir(path) else {
                expanded.append(path)
                continue
            }
            defer { closedir(directory) }
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if [".yaml", ".yml", ".json"].contains(where: name.hasSuffix) { names.append(path + "/" + name) }
            }
            guard !names.isEmpty else { throw ClientError("'\(path)' holds no .yaml, .yml or .json file") }
            expanded += names.sorted()
        }
        return expanded
    }

    private func content(_ path: String, _ context: ClientContext) throws(ClientError) -> [UInt8] {
        if path == "-" { return context.readInput() }
        guard let bytes = readFile(path) else {
            throw ClientError("cannot be read: \(String(cString: strerror(errno)))")
        }
        return bytes
    }
}
