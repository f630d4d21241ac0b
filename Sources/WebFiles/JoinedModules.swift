/// Several modules as one file, each a function that runs once, in the order in which they need each other.
///
/// A browser asks for at most six files at once and each costs it some milliseconds: sixty modules are what a person waits for.
struct JoinedModules {
    /// Address of the joined file.
    let path: String
    /// Paths of the modules it holds.
    let members: Set<String>
    let text: String

    /// Joins modules; what they import and is not among them is an error.
    ///
    /// - Parameters:
    ///   - last: the module that starts everything: it may at once ask for any other.
    ///   - shares: whether other files take modules out of it by their `WebModule.name(of:)`.
    init(_ modules: [String: WebModule], last: String, as path: String, shares: Bool) throws(WebFault) {
        self.path = path
        let members = Set(modules.keys)
        self.members = members
        var text = ""
        let ordered = try JoinedModules.order(modules, last)
        for module in ordered {
            let name = WebModule.name(of: module.path)
            if module.body.contains("import.meta"), parent(module.path) != parent(path) {
                throw WebFault("\(module.path) asks for its own address and is joined elsewhere")
            }
            text += "const \(name) = (() => {\n"
            for one in module.imports {
                guard members.contains(one.path) else {
                    throw WebFault("\(module.path) imports \(one.path), which is not joined")
                }
                if !one.names.isEmpty { text += "const { \(one.names) } = \(WebModule.name(of: one.path));\n" }
            }
            let body = try module.body(in: parent(path)) { target in
                members.contains(target) ? "Promise.resolve(\(WebModule.name(of: target)))" : nil
            }
            text += body + "return { \(module.exports.joined(separator: ", ")) };\n})();\n"
        }
        if shares {
            text += "export { \(ordered.map { WebModule.name(of: $0.path) }.joined(separator: ", ")) };\n"
        }
        self.text = text
    }

    /// A module beside the joined ones: it takes them from there instead of loading each a second time.
    func beside(_ module: WebModule) throws(WebFault) -> String {
        let address = relative(path, to: parent(module.path))
        var text = ""
        for one in module.imports {
            let names = one.names
            if members.contains(one.path) {
                let name = WebModule.name(of: one.path)
                text +=
                    names.isEmpty
                    ? "import \"\(address)\";\n"
                    : "import { \(name) } from \"\(address)\";\nconst { \(names) } = \(name);\n"
            } else {
                let own = relative(one.path, to: parent(module.path))
                text +=
                    names.isEmpty
                    ? "import \"\(own)\";\n" : "import { \(names.replacing(": ", with: " as ")) } from \"\(own)\";\n"
            }
        }
        text += try module.body(in: parent(module.path)) { target in
            guard members.contains(target) else { return nil }
            let name = WebModule.name(of: target)
            return "import(\"\(address)\").then(({ \(name) }) => \(name))"
        }
        return text + "export { \(module.exports.map(exported).joined(separator: ", ")) };\n"
    }

    private func exported(_ name: String) -> String {
        name.hasPrefix("default: ") ? "\(name.dropFirst("default: ".count)) as default" : name
    }

    /// Those that others need first, `last` behind them all.
    private static func order(_ modules: [String: WebModule], _ last: String) throws(WebFault) -> [WebModule] {
        var ordered: [WebModule] = []
        var placed: Set<String> = []
        var open: Set<String> = []
        func place(_ path: String) throws(WebFault) {
            guard let module = modules[path], !placed.contains(path) else { return }
            if !open.insert(path).inserted { throw WebFault("\(path) imports itself by way of others") }
            for one in module.imports { try place(one.path) }
            placed.insert(path)
            ordered.append(module)
        }
        for path in modules.keys.sorted() where path != last { try place(path) }
        try place(last)
        return ordered
    }
}

extension WebModule {
    /// The body with the addresses of `import("…")` made right for the folder where it will stand.
    ///
    /// - Parameter replacement: what stands for the whole call; nil for a call of the file itself.
    func body(in folder: String, _ replacement: (String) -> String?) throws(WebFault) -> String {
        var pieces = body.split(separator: "import(\"", omittingEmptySubsequences: false).map(String.init)
        var text = pieces.removeFirst()
        for piece in pieces {
            guard let end = piece.firstRange(of: "\")") else {
                throw WebFault("\(path) has a call of import without an end")
            }
            let target = try resolved(String(piece[..<end.lowerBound]))
            text += replacement(target) ?? "import(\"\(relative(target, to: folder))\")"
            text += piece[end.upperBound...]
        }
        return text
    }
}

/// The folder of a path.
func parent(_ path: String) -> String { path.split(separator: "/").dropLast().joined(separator: "/") }

/// The address of a path as a module in `folder` writes it.
func relative(_ path: String, to folder: String) -> String {
    var there = path.split(separator: "/")[...]
    var here = folder.split(separator: "/")[...]
    while let first = there.first, there.count > 1, here.first == first {
        (there, here) = (there.dropFirst(), here.dropFirst())
    }
    let up = here.isEmpty ? "./" : String(repeating: "../", count: here.count)
    return up + there.joined(separator: "/")
}
