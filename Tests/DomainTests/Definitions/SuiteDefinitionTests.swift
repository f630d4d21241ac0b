import Domain
import FoundationEssentials
import Testing

@Suite struct SuiteDefinitionTests {
    private func read(_ document: JSONValue) -> (SuiteDefinition, [FieldFault]) {
        var reader = FieldReader(document, at: "")
        let suite = SuiteDefinition.read(&reader)
        return (suite, reader.finished())
    }

    @Test func `a full suite is read and travels as JSON`() throws {
        let (suite, faults) = read([
            "key": "nightly", "name": "Nightly", "description": "d", "cases": ["a", "b-2"],
            "options": [
                "parallel": 4, "stopOnFailure": true, "environment": "dev", "timeoutMs": 9,
                "retry": ["on": ["timeout"]],
            ],
        ])
        #expect(faults == [])
        #expect(
            suite
                == SuiteDefinition(
                    key: "nightly", name: "Nightly", description: "d", cases: ["a", "b-2"],
                    options: SuiteOptions(
                        parallel: 4, stopOnFailure: true, environment: "dev", timeoutMs: 9,
                        retry: RetryPolicy(on: [.timeout]))))
        #expect(try JSONDecoder().decode(SuiteDefinition.self, from: try JSONEncoder().encode(suite)) == suite)
        #expect(
            read(["key": "a", "tags": "smoke and not slow"]).0 == SuiteDefinition(key: "a", tags: "smoke and not slow"))
    }

    @Test(
        arguments: [
            (["key": "a"], "", "must have exactly one of cases and tags"),
            (["key": "a", "cases": ["b"], "tags": "c"], "", "must have exactly one of cases and tags"),
            (["key": "a", "cases": []], "/cases", "must have at least 1 entries"),
            (["key": "a", "cases": ["b", "C"]], "/cases/1", "must be \(TextPattern.key.description)"),
            (
                ["key": "a", "cases": ["b"], "options": ["parallel": 0]], "/options/parallel",
                "must be between 1 and 10000"
            ),
            (
                ["key": "a", "cases": ["b"], "options": ["environment": "Dev"]], "/options/environment",
                "must be \(TextPattern.key.description)"
            ),
            (["key": "a", "cases": ["b"], "options": ["fast": true]], "/options/fast", "is not a known field"),
        ] as [(JSONValue, String, String)])
    func `each fault of a suite names its field`(document: JSONValue, pointer: String, message: String) {
        #expect(read(document).1 == [FieldFault(pointer, message)])
    }

    @Test func `a damaged tag expression is a fault of its field`() {
        #expect(read(["key": "a", "tags": "smoke and ("]).1.map(\.pointer) == ["/tags"])
    }

    private func readItem(_ document: JSONValue) -> (ItemDefinition, [FieldFault]) {
        var reader = FieldReader(document, at: "")
        let item = ItemDefinition.read(&reader)
        return (item, reader.finished())
    }

    @Test func `a full item is read and travels as JSON`() throws {
        let (item, faults) = readItem([
            "key": "users", "name": "Users", "description": "d", "parameters": ["a": 1],
            "rows": [["n": 1, "s": "x"], [:]],
        ])
        #expect(faults == [])
        #expect(item.rows == [["n": "1", "s": "x"], [:]] && item.parameters == ["a": "1"])
        #expect(try JSONDecoder().decode(ItemDefinition.self, from: try JSONEncoder().encode(item)) == item)
        #expect(readItem(["key": "users"]).0 == ItemDefinition(key: "users"))
    }

    @Test(
        arguments: [
            (["key": "a", "rows": 1], "/rows", "must be a list of at most 10000 objects"),
            (["key": "a", "rows": [[:], 1]], "/rows/1", "must be an object of strings"),
            (["key": "a", "rows": [.null]], "/rows/0", "must be an object of strings"),
            (["key": "a", "rows": [["x": []]]], "/rows/0/x", "must be a string"),
        ] as [(JSONValue, String, String)])
    func `each fault of an item names its field`(document: JSONValue, pointer: String, message: String) {
        #expect(readItem(document).1 == [FieldFault(pointer, message)])
    }
}
