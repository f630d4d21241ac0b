/// Tells JSON formats by the names of the members that their files begin with.
enum DetectJSON {
    static func format(_ head: UnsafeRawBufferPointer) -> ResultFormat? {
        var outline = Outline()
        var tokenizer = JSONTokenizer()
        let start = head.firstIndex { $0 > 0x20 } ?? 0
        // Lines are documents of their own: only the first is looked at, then the damage is that of the second.
        try? tokenizer.feed(UnsafeRawBufferPointer(rebasing: head[start...]), to: &outline)
        return outline.isArray ? list(outline) : document(outline)
    }

    private static func list(_ outline: Outline) -> ResultFormat? {
        outline.has("keyword") || outline.has("elements") ? .cucumberJSON : nil
    }

    private static func document(_ outline: Outline) -> ResultFormat? {
        let has = outline.has
        if has("reportFormat") || has("results.tests") || has("results.tool") { return .ctrf }
        if has("run.key") || has("run.name") || has("run.startedAt") || has("result.status") || has("result.test") {
            return .ndjson
        }
        if has("Action"), has("Time") || has("Package") || has("ImportPath") { return .goJSON }
        if has("protocolVersion") || has("runnerVersion") || (has("type") && has("time")) { return .dartJSON }
        if cucumberEnvelopes.contains(where: has) { return .cucumberMessages }
        if has("numTotalTests") || has("testResults") { return .jestJSON }
        if has("stats"), has("tests") || has("stats.suites") { return .mochaJSON }
        if has("config.rootDir") || has("config.projects") || (has("suites") && has("stats")) { return .playwrightJSON }
        if has("uuid"),
            ["historyId", "testCaseId", "fullName", "children", "befores", "afters", "status", "stage"].contains(
                where: has)
        {
            return .allure
        }
        return nil
    }

    private static let cucumberEnvelopes = [
        "meta.protocolVersion", "source.uri", "gherkinDocument", "pickle", "stepDefinition", "testRunStarted",
        "parameterType",
        "parseError", "hook.id",
    ]

    /// The names of the first two levels; of an array, those of its first element.
    private struct Outline: JSONSink {
        var isArray = false
        private var depth = 0
        private var names: Set<String> = []
        private var outer = ""
        private var inArray: [Bool] = []

        var isSkipping: Bool { true }

        func has(_ name: String) -> Bool { names.contains(name) }

        mutating func open(isObject: Bool) {
            if inArray.isEmpty { isArray = !isObject }
            inArray.append(!isObject)
        }

        mutating func close() { inArray.removeLast() }

        mutating func key(_ name: String) {
            switch inArray {
            case [false], [true, false]:
                outer = name
                names.insert(name)
            case [false, false]: names.insert(outer + "." + name)
            default: break
            }
        }

        mutating func value(_ value: JSON) {}
    }
}
