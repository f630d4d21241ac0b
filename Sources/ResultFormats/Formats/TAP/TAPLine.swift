/// A line of TAP, without the spaces before it.
enum TAPLine: Equatable {
    case version
    case plan(last: Int, isEmpty: Bool, reason: String?)
    case point(TAPPoint)
    case subtest(name: String)
    case comment(String)
    case bail(reason: String)
    case pragma
    case blockEnd
    case yaml
    case other

    init(_ text: Substring) {
        if text.hasPrefix("ok") || text.hasPrefix("not ok"), let point = TAPPoint(text) {
            self = .point(point)
        } else if text.hasPrefix("# Subtest") {
            self = .subtest(name: text.dropFirst(9).drop { $0 == ":" }.trimmed)
        } else if text.hasPrefix("#") {
            self = .comment(String(text.dropFirst()))
        } else if text.hasPrefix("1.."), let plan = Self.plan(text.dropFirst(3)) {
            self = plan
        } else if text.hasPrefix("Bail out!") {
            self = .bail(reason: text.dropFirst(9).trimmed)
        } else if text.hasPrefix("TAP version ") {
            self = .version
        } else if text.hasPrefix("pragma ") {
            self = .pragma
        } else if text.trimmed == "---" {
            self = .yaml
        } else if text.trimmed == "}" {
            self = .blockEnd
        } else {
            self = .other
        }
    }

    private static func plan(_ text: Substring) -> TAPLine? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let last = Int(digits) else { return nil }
        let rest = text.dropFirst(digits.count).trimmed
        guard rest.isEmpty || rest.hasPrefix("#") else { return nil }
        let reason = rest.drop { $0 == "#" }.trimmed
        return .plan(last: last, isEmpty: last == 0, reason: reason.isEmpty ? nil : reason)
    }
}

/// `not ok 3 - description # TODO reason {`
struct TAPPoint: Equatable {
    enum Directive: Equatable { case skip, todo }

    let isOK: Bool
    let number: Int?
    let name: String
    let directive: Directive?
    let reason: String?
    /// Its subtests stand behind it, up to a closing brace.
    let opensBlock: Bool

    init?(_ line: Substring) {
        isOK = line.hasPrefix("ok")
        var rest = line.dropFirst(isOK ? 2 : 6)
        guard rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
        rest = rest.drop { $0 == " " || $0 == "\t" }
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        let after = rest.dropFirst(digits.count)
        let isNumber = !digits.isEmpty && (after.isEmpty || after.first == " " || after.first == "\t")
        number = isNumber ? Int(digits) : nil
        if isNumber { rest = after.drop { $0 == " " || $0 == "\t" } }
        if rest.hasPrefix("- ") || rest == "-" { rest = rest.dropFirst().drop { $0 == " " } }
        var text = String(rest).trimmed
        opensBlock = text == "{" || text.hasSuffix(" {")
        if opensBlock { text = text.dropLast().trimmed }
        (name, directive, reason) = Self.split(text)
    }

    /// A directive stands behind the last `#` that no backslash escapes.
    private static func split(_ text: String) -> (String, Directive?, String?) {
        var search = text[...]
        while let hash = search.lastIndex(of: "#") {
            let before = text[..<hash]
            search = before
            if before.hasSuffix("\\") { continue }
            let words = text[text.index(after: hash)...].trimmed
            let upper = words.prefix(4).uppercased()
            guard upper == "SKIP" || upper == "TODO" else { continue }
            let reason = words.drop { !$0.isWhitespace && $0 != ":" }.drop { $0 == ":" }.trimmed
            return (plain(before.trimmed), upper == "SKIP" ? .skip : .todo, reason.isEmpty ? nil : reason)
        }
        return (plain(text), nil, nil)
    }

    private static func plain(_ text: String) -> String {
        text.utf8.contains(UInt8(ascii: "\\")) ? text.replacing("\\#", with: "#").replacing("\\\\", with: "\\") : text
    }
}
