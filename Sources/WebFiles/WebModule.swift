/// One JavaScript module of the pages, split into what it imports, what it exports and the rest.
///
/// It reads the house style and no more: imports stand at the start of a line and end with `";`, exports are written before
/// what they export. What it cannot read it refuses, by name.
struct WebModule {
    struct Import {
        /// What stands between the braces; empty for an import for its effects alone.
        let names: String
        /// Path below the folder of the pages.
        let path: String
    }

    let path: String
    private(set) var imports: [Import] = []
    private(set) var exports: [String] = []
    /// The text without imports, and without the word `export`.
    private(set) var body = ""

    init(_ path: String, _ text: String) throws(WebFault) {
        self.path = path
        var statement: String?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if let begun = statement {
                statement = begun + " " + line
            } else if line.hasPrefix("import ") {
                statement = String(line)
            } else if line.hasPrefix("export ") {
                body += try exported(line.dropFirst("export ".count)) + "\n"
            } else {
                body += line + "\n"
            }
            if let whole = statement, whole.hasSuffix("\";") {
                imports.append(try imported(whole.dropFirst("import ".count)))
                statement = nil
            }
        }
        if statement != nil { throw WebFault("\(path) has an import without an end") }
    }

    /// The name under which other modules find it in the joined file: `js/pages/runs.js` is `$pages_runs`.
    static func name(of path: String) -> String {
        let stem = path.split(separator: ".").first.map(String.init) ?? path
        let short = stem.hasPrefix("js/") ? stem.dropFirst("js/".count) : stem[...]
        return "$" + short.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
    }

    private func imported(_ text: Substring) throws(WebFault) -> Import {
        let quoted = text.split(separator: "\"", omittingEmptySubsequences: false)
        guard quoted.count == 3, quoted[2] == ";" else {
            throw WebFault("\(path) has an import that cannot be read: \(text)")
        }
        let clause = quoted[0].trimmed
        let target = try resolved(String(quoted[1]))
        if clause.isEmpty { return Import(names: "", path: target) }
        guard clause.hasPrefix("{"), clause.hasSuffix("} from") else {
            throw WebFault("\(path) imports something else than names: \(text)")
        }
        return Import(
            names: clause.dropFirst().dropLast("} from".count).trimmed.replacing(" as ", with: ": "), path: target)
    }

    /// Where a relative address leads, seen from this module.
    func resolved(_ address: String) throws(WebFault) -> String {
        var parts = path.split(separator: "/").dropLast().map(String.init)
        for part in address.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if parts.popLast() == nil {
                throw WebFault("\(path) imports from outside: \(address)")
            }
        }
        return parts.joined(separator: "/")
    }

    /// Notes the name of a declaration; answers the declaration.
    private mutating func exported(_ text: Substring) throws(WebFault) -> Substring {
        let isDefault = text.hasPrefix("default ")
        let declaration = isDefault ? text.dropFirst("default ".count) : text
        var rest = declaration
        for word in ["async ", "function* ", "function ", "class ", "const "] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count)
        }
        let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        if rest.startIndex == declaration.startIndex || name.isEmpty || name == "extends" {
            throw WebFault("\(path) exports something that cannot be read: \(text)")
        }
        exports.append(isDefault ? "default: \(name)" : String(name))
        return declaration
    }
}

/// A file of the pages that is not written as the others are.
package struct WebFault: Error, CustomStringConvertible {
    package let description: String
    init(_ description: String) { self.description = description }
}

extension StringProtocol {
    /// Without blanks at both ends.
    var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
