/// An open `testsuite`: what its header claims and what was found in it.
struct JUnitSuite {
    let name: String
    private(set) var facts: [(String, String)] = []
    /// For the first of its tests that has no time of its own.
    var startedAt: Int64?
    var fault: JUnitFault?
    private let isReport: Bool
    private var claimed: [(word: String, count: Int)] = []
    private var own = Counts()
    private var nested = Counts()

    private struct Counts {
        var tests = 0
        var failed = 0
        var errors = 0
        var skipped = 0

        func named(_ word: String) -> Int {
            switch word {
            case "tests": tests
            case "failures": failed
            case "errors": errors
            default: skipped
            }
        }
    }

    /// `isReport`: the outermost `testsuites`, which is the file and no level of the tests.
    init(_ attributes: XMLAttributes, isReport: Bool = false) {
        self.isReport = isReport
        var name = ""
        for (attribute, value) in attributes {
            switch attribute {
            case "name": name = value.string
            case "timestamp": startedAt = ForeignTime.instant(value.bytes)
            case "tests", "failures", "errors", "skipped":
                if let count = value.integer { claimed.append((attribute.string, count)) }
            case "hostname": if let host = value.nonEmpty { facts.append(("hostname", host)) }
            default: break
            }
        }
        self.name = name
        if let startedAt { facts.append(("startedAt", String(startedAt))) }
    }

    var pathName: String? { isReport || name.isEmpty ? nil : name }

    mutating func count(_ status: ReadResult.Status) {
        own.tests += 1
        switch status {
        case .failed, .timeout: own.failed += 1
        case .error: own.errors += 1
        case .skipped: own.skipped += 1
        case .passed: break
        }
    }

    mutating func add(_ inner: JUnitSuite) {
        nested.tests += inner.own.tests + inner.nested.tests
        nested.failed += inner.own.failed + inner.nested.failed
        nested.errors += inner.own.errors + inner.nested.errors
        nested.skipped += inner.own.skipped + inner.nested.skipped
    }

    /// Headers whose number is neither that of the suite's own tests nor that with its nested suites. Some count errors
    /// among the failures.
    var differences: [String] {
        claimed.compactMap { word, count in
            let found = own.named(word)
            let total = found + nested.named(word)
            var allowed = [found, total]
            if word == "failures" { allowed += [own.failed + own.errors, total + own.errors + nested.errors] }
            return allowed.contains(count) ? nil : "\(name): \(word)=\(count), read \(total)"
        }
    }
}
