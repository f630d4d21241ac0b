import Glibc

/// Reads the variables that a program declares, and remembers them for `--check-config`.
///
/// Each reading method names a variable, its default and what it is for. Faults are collected, so that one start
/// names them all: read everything, then call `finish()`. An empty variable counts as unset.
package struct Environment {
    /// One declared variable, with its effective value as text.
    package struct Entry: Sendable, Equatable {
        package let name: String
        /// `***` for a secret that has a value.
        package let shown: String
        package let isDefault: Bool
        package let doc: String
    }

    private let lookUp: (String) -> String?
    /// What was declared, in the order of reading.
    package private(set) var entries: [Entry] = []
    private var problems: [String] = []

    /// An environment of these values, for tests.
    package init(_ values: [String: String]) { lookUp = { values[$0] } }

    private init(lookUp: @escaping (String) -> String?) { self.lookUp = lookUp }

    /// The environment of this process.
    package static func ofProcess() -> Environment {
        Environment { name in getenv(name).map { String(cString: $0) } }
    }

    /// A text.
    package mutating func text(_ name: String, default standard: String, doc: String) -> String {
        let value = given(name)
        note(name, value ?? standard, isDefault: value == nil, doc)
        return value ?? standard
    }

    /// A text that may be absent.
    package mutating func optionalText(_ name: String, doc: String) -> String? {
        let value = given(name)
        note(name, value ?? "", isDefault: value == nil, doc)
        return value
    }

    /// A text without a default: its absence is a fault.
    package mutating func requiredText(_ name: String, doc: String) -> String {
        let value = given(name)
        if value == nil { problems.append("\(name) is not set: \(doc)") }
        note(name, value ?? "", isDefault: false, doc)
        return value ?? ""
    }

    /// A text that is never shown.
    package mutating func secret(_ name: String, default standard: String = "", doc: String) -> String {
        let value = given(name)
        note(name, (value ?? standard).isEmpty ? "" : "***", isDefault: value == nil, doc)
        return value ?? standard
    }

    /// A whole number within `range`.
    package mutating func integer(
        _ name: String, default standard: Int, in range: ClosedRange<Int> = 0...Int.max, doc: String
    ) -> Int {
        parsed(name, default: standard, doc, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// `true`, `yes`, `on`, `1`, or their opposites.
    package mutating func flag(_ name: String, default standard: Bool, doc: String) -> Bool {
        parsed(name, default: standard, doc, "true or false") { text in
            switch text.lowercased() {
            case "true", "yes", "on", "1": true
            case "false", "no", "off", "0": false
            default: nil
            }
        }
    }

    /// One of the raw values of `T`.
    package mutating func choice<T: RawRepresentable<String> & CaseIterable>(
        _ name: String, default standard: T, doc: String
    ) -> T {
        let names = T.allCases.map(\.rawValue).joined(separator: ", ")
        let value = parsed(name, default: standard.rawValue, doc, "one of \(names)") { T(rawValue: $0)?.rawValue }
        return T(rawValue: value) ?? standard
    }

    private mutating func parsed<T>(
        _ name: String, default standard: T, _ doc: String, _ wanted: String, _ parse: (String) -> T?
    ) -> T {
        guard let text = given(name) else {
            note(name, "\(standard)", isDefault: true, doc)
            return standard
        }
        let value = parse(text)
        if value == nil { problems.append("\(name) is not \(wanted)") }
        note(name, value.map { "\($0)" } ?? text, isDefault: false, doc)
        return value ?? standard
    }

    private func given(_ name: String) -> String? { lookUp(name).flatMap { $0.isEmpty ? nil : $0 } }

    private mutating func note(_ name: String, _ shown: String, isDefault: Bool, _ doc: String) {
        entries.append(Entry(name: name, shown: shown, isDefault: isDefault, doc: doc))
    }

    /// Adds a fault that no single variable shows, such as two that exclude each other.
    package mutating func report(_ problem: String) { problems.append(problem) }

    /// Ends reading.
    /// - Throws: every fault found, when there is one.
    package func finish() throws(ConfigurationError) {
        if !problems.isEmpty { throw ConfigurationError(problems: problems) }
    }

    /// What `--check-config` prints: `NAME=value` with its origin and purpose, one line each.
    package var listing: String {
        let width = entries.reduce(0) { max($0, $1.name.count + $1.shown.count + 1) }
        return entries.map { entry in
            let setting = "\(entry.name)=\(entry.shown)"
            let gap = String(repeating: " ", count: width - setting.count + 2)
            return "\(setting)\(gap)# \(entry.isDefault ? "default" : "set"): \(entry.doc)\n"
        }.joined()
    }
}

/// Every fault of a configuration.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
    package let problems: [String]

    package var description: String { problems.joined(separator: "\n") }
}
