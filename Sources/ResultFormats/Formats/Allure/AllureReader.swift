/// A file of an Allure results folder: JSON of versions 2 and 3, XML of version 1.
struct AllureReader: ResultReader {
    private var inner: (any ResultReader)?

    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        if inner == nil {
            guard let first = bytes.first(where: { $0 > 0x20 }) else { return }
            inner = first == UInt8(ascii: "<") ? XMLDriver(AllureXML()) : JSONDocumentReader(AllureJSON())
        }
        try inner?.read(bytes, to: sink)
    }

    mutating func finish(to sink: (ReadItem) throws -> Void) throws {
        try inner?.finish(to: sink)
    }
}

enum AllureStatus {
    static func of(_ word: String) -> (ReadResult.Status, String?) {
        switch word {
        case "passed": (.passed, nil)
        case "failed": (.failed, nil)
        case "skipped": (.skipped, nil)
        case "pending", "canceled": (.skipped, word)
        default: (.error, word.isEmpty ? "unknown" : word)
        }
    }
}

/// Allure's labels, some of which have a place of their own.
struct AllureLabels {
    private var suites: [String: String] = [:]
    private var others: [ReadPair] = []
    private var tags: [String] = []
    private var className: String?

    mutating func add(_ name: String, _ value: String) {
        switch name {
        case "parentSuite", "suite", "subSuite": suites[name] = value
        case "tag": tags.append(value)
        case "testClass":
            className = value
        default: others.append(ReadPair(name, value))
        }
    }

    func fill(_ result: inout ReadResult) {
        result.suitePath = ["parentSuite", "suite", "subSuite"].compactMap { suites[$0] }
        result.tags = tags
        result.metadata += others
        if result.className == nil { result.className = className }
    }
}
