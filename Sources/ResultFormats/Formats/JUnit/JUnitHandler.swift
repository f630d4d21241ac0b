/// Reads JUnit's XML in all its dialects: one test for each `testcase`, its earlier tries before it.
final class JUnitHandler: XMLHandler {
    @exclusivity(unchecked) private var suites: [JUnitSuite] = []
    @exclusivity(unchecked) private var suitePath: [String] = []
    private let test = JUnitTest()
    /// The last class name: neighbours share it, and then its storage too.
    @exclusivity(unchecked) private var className = ""

    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        if test.isOpen { return test.start(name, attributes, driver) }
        switch name {
        case "testcase": open(attributes)
        case "testsuite", "testsuites": enter(name, attributes, driver)
        case "property": property(attributes, driver)
        case "failure", "error":
            guard !suites.isEmpty else { return }
            suites[suites.count - 1].fault = JUnitFault(isError: name == "error", attributes)
            driver.collect()
        case "system-out", "system-err": driver.collect()
        default: break
        }
    }

    func end(_ name: XMLName, _ driver: XMLDriver) {
        if test.isOpen {
            if test.end(name, driver) { close(driver) }
            return
        }
        switch name {
        case "testsuite", "testsuites": leave(driver)
        case "failure", "error": closeFault(driver)
        case "system-out", "system-err":
            let text = driver.takeText()
            if text.utf8.contains(where: { $0 > 0x20 }) { driver.items.append(.fact(ReadPair(name.string, text))) }
        default: break
        }
    }

    func finish(_ driver: XMLDriver) {}

    private func open(_ attributes: XMLAttributes) {
        test.isOpen = true
        var status: String?
        for (name, value) in attributes {
            switch name {
            case "name": test.result.name = value.string
            case "classname", "class":
                if !value.equals(className) { className = value.string }
                if !className.isEmpty { test.result.className = className }
            case "time":
                guard let (ms, flag) = ForeignTime.duration(value.bytes) else { continue }
                test.result.durationMs = ms
                if let flag { test.result.flags.append(flag) }
            case "file": test.result.file = value.nonEmpty
            case "timestamp": test.result.startedAt = ForeignTime.instant(value.bytes)
            case "status", "result": if JUnitTest.isSkip(value) { status = value.string }
            case "line", "assertions", "owner", "id": test.result.metadata.append(ReadPair(name.string, value.string))
            default: break
            }
        }
        if test.result.name.isEmpty { test.result.name = test.result.className ?? suitePath.last ?? "unnamed" }
        test.result.suitePath = suitePath
        if test.result.startedAt == nil, let last = suites.indices.last, let startedAt = suites[last].startedAt {
            test.result.startedAt = startedAt
            suites[last].startedAt = nil
        }
        if let status { (test.result.status, test.result.rawStatus) = (.skipped, status == "skipped" ? nil : status) }
    }

    private func close(_ driver: XMLDriver) {
        if let last = suites.indices.last { suites[last].count(test.result.status) }
        test.finish(into: &driver.items)
    }

    private func enter(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver) {
        let suite = JUnitSuite(attributes)
        if suites.isEmpty, name == "testsuites" {
            if !suite.name.isEmpty { driver.items.append(.fact(ReadPair("name", suite.name))) }
            suites.append(JUnitSuite(attributes, isReport: true))
        } else {
            suites.append(suite)
            suitePath = suites.compactMap(\.pathName)
        }
        for (fact, value) in suite.facts { driver.items.append(.fact(ReadPair(fact, value))) }
    }

    private func leave(_ driver: XMLDriver) {
        guard let suite = suites.popLast() else { return }
        for difference in suite.differences { driver.items.append(.fact(ReadPair("countMismatch", difference))) }
        if let last = suites.indices.last { suites[last].add(suite) }
        suitePath = suites.compactMap(\.pathName)
    }

    private func property(_ attributes: XMLAttributes, _ driver: XMLDriver) {
        guard let name = attributes["name"]?.nonEmpty else { return }
        driver.items.append(.fact(ReadPair("property." + name, attributes["value"]?.string ?? "")))
    }

    /// A fault outside of any test: of the suite.
    private func closeFault(_ driver: XMLDriver) {
        guard let last = suites.indices.last, let fault = suites[last].fault else { return }
        suites[last].fault = nil
        suites[last].count(fault.status)
        var result = ReadResult(name: (suites[last].pathName ?? "unnamed") + " (suite)", status: fault.status)
        result.suitePath = suitePath
        result.error = fault.error(text: driver.takeText())
        driver.items.append(.result(result))
    }
}
