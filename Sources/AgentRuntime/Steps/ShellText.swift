import Domain

/// The text of a `shell` step, made safe: values are not pasted into it but come as environment variables, which the
/// shell never reads as code.
///
/// `${name}` becomes a reference to such a variable in the way its place wants it: as it is outside quotes, in double
/// quotes and in here-documents; between `'"` and `"'` inside single quotes. Should the place be misjudged, the text
/// around a value may be wrong, but never more than text. `${raw:name}` pastes.
struct ShellText {
    /// What `sh -c` gets.
    private(set) var text = ""
    /// Variables that `text` refers to, by their name in the environment.
    private(set) var environment: [String: String] = [:]
    /// Values by the name they have in the definition.
    private(set) var values: [String: String] = [:]

    private let source: [UInt8]
    private let variables: Variables
    private var out: [UInt8] = []
    private var position = 0
    private var places = ShellPlaces()
    private var names: [String: String] = [:]

    init(_ source: String, _ variables: Variables) throws(PreconditionFailure) {
        self.source = Array(source.utf8)
        self.variables = variables
        while position < self.source.count { try step() }
        text = String(decoding: out, as: UTF8.self)
    }

    private mutating func step() throws(PreconditionFailure) {
        let rest = source[position...]
        if rest.starts(with: Array("$${".utf8)) {
            copy(2, from: position + 1)
            position += 3
        } else if rest.starts(with: Array("${".utf8)) {
            try reference()
        } else {
            let length = places.read(rest)
            copy(length, from: position)
            position += length
        }
    }

    private mutating func copy(_ count: Int, from start: Int) {
        out += source[start..<min(source.count, start + count)]
    }

    private mutating func reference() throws(PreconditionFailure) {
        guard let end = source[position...].firstIndex(of: UInt8(ascii: "}")) else {
            throw PreconditionFailure("'${' without '}'; write '$${' for a literal '${'")
        }
        let name = String(decoding: source[(position + 2)..<end], as: UTF8.self)
        position = end + 1
        places.passReference()
        let value = try variables.value(of: name)
        if name.hasPrefix("raw:") {
            out += Array(value.utf8)
            return
        }
        let variable = "${\(environmentName(of: name, value))}"
        switch places.current {
        case .literalDocument:
            throw PreconditionFailure(
                "'${\(name)}' stands in a here-document with quoted end: take the quotes away, or write '${raw:\(name)}'"
            )
        case .singleQuotes: out += Array("'\"\(variable)\"'".utf8)
        default: out += Array(variable.utf8)
        }
    }

    /// `ASSAY_` and the name with what the shell does not take as `_`; the same for the same name.
    private mutating func environmentName(of name: String, _ value: String) -> String {
        if let known = names[name] { return known }
        let plain = name.utf8.map { byte -> Character in
            switch byte {
            case 48...57, 65...90, 95, 97...122: Character(Unicode.Scalar(byte))
            default: "_"
            }
        }
        var candidate = "ASSAY_" + String(plain)
        while environment[candidate] != nil { candidate += "_" }
        names[name] = candidate
        environment[candidate] = value
        values[name] = value
        return candidate
    }
}

/// Where in a shell's text one is: in which quotes, in which here-document.
struct ShellPlaces {
    enum Place {
        case plain, singleQuotes, doubleQuotes, backquotes, parentheses, arithmetic, document, literalDocument
    }

    private struct Document {
        let end: [UInt8]
        let isLiteral: Bool
        let stripsTabs: Bool
    }

    private var stack: [Place] = []
    private var announced: [Document] = []
    private var open: Document?
    private var isAtWordStart = true
    /// Of a document.
    private var isAtLineStart = true

    var current: Place {
        if let open { return open.isLiteral ? .literalDocument : .document }
        return stack.last ?? .plain
    }

    /// A reference was here.
    mutating func passReference() {
        isAtWordStart = false
        isAtLineStart = false
    }

    /// Reads from the start of `rest`, which is not empty; answers how many bytes belong together.
    mutating func read(_ rest: ArraySlice<UInt8>) -> Int {
        guard let byte = rest.first else { return 1 }
        if open != nil { return readDocument(rest) }
        let length: Int
        switch current {
        case .singleQuotes:
            if byte == UInt8(ascii: "'") { stack.removeLast() }
            return 1
        case .doubleQuotes: length = readInDoubleQuotes(byte, rest)
        default: length = readPlain(byte, rest)
        }
        isAtWordStart = length == 1 && Array(" \t\n;&|(`".utf8).contains(byte)
        if byte == UInt8(ascii: "\n"), length == 1, !announced.isEmpty {
            open = announced.removeFirst()
            isAtLineStart = true
        }
        return length
    }

    private mutating func readInDoubleQuotes(_ byte: UInt8, _ rest: ArraySlice<UInt8>) -> Int {
        switch byte {
        case UInt8(ascii: "\\"): return 2
        case UInt8(ascii: "\""):
            stack.removeLast()
            return 1
        default: return readExpansion(byte, rest)
        }
    }

    private mutating func readPlain(_ byte: UInt8, _ rest: ArraySlice<UInt8>) -> Int {
        switch byte {
        case UInt8(ascii: "\\"): return 2
        case UInt8(ascii: "'"): stack.append(.singleQuotes)
        case UInt8(ascii: "\""): stack.append(.doubleQuotes)
        case UInt8(ascii: "("): stack.append(current == .arithmetic ? .arithmetic : .parentheses)
        case UInt8(ascii: ")"): if [.parentheses, .arithmetic].contains(current) { stack.removeLast() }
        case UInt8(ascii: "#") where isAtWordStart && current != .arithmetic:
            return rest.prefix { $0 != UInt8(ascii: "\n") }.count
        case UInt8(ascii: "<") where current != .arithmetic: return announce(rest)
        default: return readExpansion(byte, rest)
        }
        return 1
    }

    /// `$(`, `$((` and backquotes: what is inside has quotes of its own.
    private mutating func readExpansion(_ byte: UInt8, _ rest: ArraySlice<UInt8>) -> Int {
        if rest.starts(with: Array("$((".utf8)) {
            stack += [.arithmetic, .arithmetic]
            return 3
        }
        if rest.starts(with: Array("$(".utf8)) {
            stack.append(.parentheses)
            return 2
        }
        guard byte == UInt8(ascii: "`") else { return 1 }
        if current == .backquotes { stack.removeLast() } else { stack.append(.backquotes) }
        return 1
    }

    /// `<<END`, `<<-END`, `<<'END'`: the document begins on the next line.
    private mutating func announce(_ rest: ArraySlice<UInt8>) -> Int {
        guard rest.starts(with: Array("<<".utf8)), !rest.starts(with: Array("<<<".utf8)) else {
            return rest.prefix { $0 == UInt8(ascii: "<") }.count
        }
        var tail = rest.dropFirst(2)
        let stripsTabs = tail.first == UInt8(ascii: "-")
        if stripsTabs { tail = tail.dropFirst() }
        tail = tail.drop { $0 == 32 || $0 == 9 }
        let word = tail.prefix { !Array(" \t\n;&|()<>".utf8).contains($0) }
        let quotes = Array("'\"\\".utf8)
        let end = word.filter { !quotes.contains($0) }
        guard !end.isEmpty else { return 2 }
        announced.append(Document(end: end, isLiteral: end.count < word.count, stripsTabs: stripsTabs))
        return word.endIndex - rest.startIndex
    }

    /// A byte of a document; its end line at once.
    private mutating func readDocument(_ rest: ArraySlice<UInt8>) -> Int {
        guard let document = open else { return 1 }
        let line = rest.prefix { $0 != UInt8(ascii: "\n") }
        let shown = document.stripsTabs ? line.drop { $0 == 9 } : line
        if isAtLineStart, shown.elementsEqual(document.end) {
            open = announced.isEmpty ? nil : announced.removeFirst()
            (isAtWordStart, isAtLineStart) = (true, true)
            return min(rest.count, line.count + 1)
        }
        let length = rest.first == UInt8(ascii: "\\") && !document.isLiteral ? 2 : 1
        isAtLineStart = length == 1 && rest.first == UInt8(ascii: "\n")
        return length
    }
}
