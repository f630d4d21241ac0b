/// The files of the pages as browsers get them: few, so that the first look at a page waits for few.
///
/// What `index.html` names is joined: its style sheets into one, its modules and the worker's into one each. Every other
/// module takes what is joined from there. Sources stay as they are written, and are served where nothing was joined.
package struct WebEdition: Sendable {
    /// Texts by path below the folder of the pages; paths that are not here stay as they are.
    package let files: [String: String]

    private static let styles = "css/all.css"
    private static let start = "js/start.js"
    private static let worker = "js/events-worker.js"

    /// - Parameters:
    ///   - sources: `index.html` and every file of `css/` and `js/`, by path.
    ///   - version: what stands in addresses in place of the 0 in `/v/0/`.
    /// - Throws: `WebFault` that names the file which is not written as the others are.
    package init(_ sources: [String: String], version: String) throws {
        guard let index = sources["index.html"] else { throw WebFault("index.html is missing") }
        var modules: [String: WebModule] = [:]
        for (path, text) in sources where path.hasSuffix(".js") { modules[path] = try WebModule(path, text) }
        let named = index.split(separator: "\n").compactMap(Reference.init)

        var files: [String: String] = [:]
        files[Self.styles] = try named.filter { $0.kind == .style }.map { reference throws(WebFault) in
            guard let text = sources[reference.path] else { throw WebFault("\(reference.path) is missing") }
            return text
        }.joined(separator: "\n")
        guard let script = named.first(where: { $0.kind == .script })?.path else {
            throw WebFault("index.html has no script")
        }
        let first = try Self.chosen(named.filter { $0.kind != .style }.map(\.path), of: modules)
        let joined = try JoinedModules(first, last: script, as: Self.start, shares: true)
        files[Self.start] = joined.text
        let alone = try Self.chosen(Self.needed(Self.worker, in: modules), of: modules)
        files[Self.worker] = try JoinedModules(alone, last: Self.worker, as: Self.worker, shares: false).text
        for (path, module) in modules where !joined.members.contains(path) && path != Self.worker {
            files[path] = try joined.beside(module)
        }
        files["index.html"] = Self.document(index).replacing("/v/0/", with: "/v/\(version)/")
        self.files = files
    }

    /// A file that the document asks for, one a line.
    private struct Reference {
        enum Kind { case style, preload, script }
        let kind: Kind
        let path: String

        init?(_ line: Substring) {
            guard let start = line.firstRange(of: "=\"/v/0/"), let end = line[start.upperBound...].firstIndex(of: "\"")
            else { return nil }
            path = String(line[start.upperBound..<end])
            if line.contains("rel=\"stylesheet\"") {
                kind = .style
            } else if line.contains("rel=\"modulepreload\"") {
                kind = .preload
            } else if line.contains("<script ") {
                kind = .script
            } else {
                return nil
            }
        }
    }

    /// The document with one style sheet, one script and no preloads.
    private static func document(_ index: String) -> String {
        var hasStyle = false
        return index.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            guard let reference = Reference(line) else { return String(line) }
            switch reference.kind {
            case .preload: return nil
            case .script: return String(line).replacing(reference.path, with: start)
            case .style:
                defer { hasStyle = true }
                return hasStyle ? nil : String(line).replacing(reference.path, with: styles)
            }
        }.joined(separator: "\n")
    }

    private static func chosen(_ paths: [String], of modules: [String: WebModule]) throws(WebFault) -> [String:
        WebModule]
    {
        var found: [String: WebModule] = [:]
        for path in paths {
            guard let module = modules[path] else { throw WebFault("\(path) is missing") }
            found[path] = module
        }
        return found
    }

    /// A module and all that it imports, and they import.
    private static func needed(_ path: String, in modules: [String: WebModule]) -> [String] {
        var found: [String] = []
        var open = [path]
        while let next = open.popLast() {
            if found.contains(next) { continue }
            found.append(next)
            open += modules[next]?.imports.map(\.path) ?? []
        }
        return found
    }
}
