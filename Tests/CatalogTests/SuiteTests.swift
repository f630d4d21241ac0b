import Domain
import MariaDB
import Testing

@testable import Catalog

@Suite struct SuiteTests {
    @Test func `a listed suite runs its cases in the listed order`() throws {
        let shelf = try Shelf()
        for key in ["a", "b", "c"] { try shelf.addCase(key) }
        let suite = try shelf.suites.create(
            [
                "key": "smoke", "name": "Smoke", "cases": ["c", "a", "c"],
                "options": ["parallel": 2, "stopOnFailure": true, "environment": "staging", "timeoutMs": 5000],
            ], project: shelf.demo, by: shelf.caller)
        let resolved = try shelf.resolve.testSuite("smoke", project: shelf.demo)
        #expect(resolved.id == suite.id && resolved.version == 1 && resolved.name == "Smoke")
        #expect(resolved.cases.map(\.key) == ["c", "a", "c"])
        #expect(
            resolved.options.parallel == 2 && resolved.options.stopOnFailure
                && resolved.options.environment == "staging")
        #expect(throws: CatalogError.notFound) { try shelf.resolve.testSuite("smoke", project: shelf.other) }
        #expect(throws: CatalogError.notFound) { try shelf.resolve.testSuite("nope", project: shelf.demo) }
        #expect(throws: CatalogError.notFound) { try shelf.resolve.testSuite("'; --", project: shelf.demo) }
    }

    @Test func `a tagged suite runs what its expression chooses now, by key`() throws {
        let shelf = try Shelf()
        try shelf.addCase("z", tags: ["smoke"])
        try shelf.addCase("m", tags: ["smoke", "slow"])
        try shelf.addCase("b", tags: ["smoke", "web"])
        try shelf.addCase("plain")
        try shelf.addCase("foreign", tags: ["smoke"], project: shelf.other)
        func keys(_ tags: String) throws -> [String] {
            let suite = try shelf.suites.create(
                ["key": "s", "tags": .string(tags)], project: shelf.demo, by: shelf.caller)
            defer { try? shelf.suites.delete(suite.id, project: shelf.demo, by: shelf.caller) }
            return try shelf.resolve.testSuite("s", project: shelf.demo).cases.map(\.key)
        }
        #expect(try keys("smoke and not slow") == ["b", "z"])
        #expect(try keys("not smoke") == ["plain"])
        #expect(try keys("smoke or not smoke") == ["b", "m", "plain", "z"])
        #expect(throws: CatalogError.conflict("the tags of the suite choose no test case")) { try keys("nothing") }
        let changed = try shelf.cases.find(key: "z", project: shelf.demo)
        _ = try shelf.cases.patch(changed.id, with: ["tags": []], project: shelf.demo, by: shelf.caller)
        #expect(try keys("smoke and not slow") == ["b"])
    }

    @Test func `a resolved case carries what the queue needs`() throws {
        let shelf = try Shelf()
        _ = try shelf.cases.create(
            [
                "key": "full", "labels": ["linux", "gpu"], "timeoutMs": 1234,
                "retry": ["maxAttempts": 4, "backoffMs": 5, "on": ["timeout"]],
                "steps": [["name": "w", "wait": ["durationMs": 1]]],
            ], project: shelf.demo, by: shelf.caller)
        let full = try shelf.resolve.testCase("full", project: shelf.demo)
        #expect(full.labels == ["linux", "gpu"] && full.timeoutMs == 1234 && full.version == 1 && full.name == "full")
        #expect(full.retry == RetryPolicy(maxAttempts: 4, backoffMs: 5, on: [.timeout]))
        try shelf.addCase("bare")
        let bare = try shelf.resolve.testCase("bare", project: shelf.demo)
        #expect(bare.labels.isEmpty && bare.timeoutMs == nil && bare.retry == nil && bare.type == .generic)
        #expect(throws: CatalogError.notFound) { try shelf.resolve.testCase("nope", project: shelf.demo) }
    }

    @Test func `a suite with a deleted case says so`() throws {
        let shelf = try Shelf()
        let gone = try shelf.addCase("a")
        _ = try shelf.suites.create(["key": "s", "cases": ["a"]], project: shelf.demo, by: shelf.caller)
        try shelf.cases.delete(gone.id, project: shelf.demo, by: shelf.caller)
        #expect(throws: CatalogError.conflict("test case 'a' no longer exists")) {
            try shelf.resolve.testSuite("s", project: shelf.demo)
        }
    }

    @Test func `case counts follow lists and tags`() throws {
        let shelf = try Shelf()
        for (key, tags) in [("a", ["x"]), ("b", ["x"]), ("c", [])] { try shelf.addCase(key, tags: tags) }
        let listed = try shelf.suites.create(["key": "l", "cases": ["a"]], project: shelf.demo, by: shelf.caller)
        #expect(try shelf.resolve.caseCounts(of: [listed], project: shelf.demo) == [listed.id: 1])
        let tagged = try shelf.suites.create(["key": "t", "tags": "x"], project: shelf.demo, by: shelf.caller)
        let counts = try shelf.resolve.caseCounts(of: [listed, tagged], project: shelf.demo)
        #expect(counts == [listed.id: 1, tagged.id: 2])
        let page = try shelf.suites.list(project: shelf.demo, filter: DefinitionFilter(text: "l"))
        #expect(page.items == [listed])
        #expect(try shelf.suites.list(project: shelf.demo, filter: DefinitionFilter(tag: "x")).items.isEmpty)
    }

    @Test func `a suite lists cases that exist, or tags, never both`() throws {
        let shelf = try Shelf()
        try shelf.addCase("a")
        try shelf.addCase("foreign", project: shelf.other)
        func faults(_ document: JSONValue) throws -> [FieldFault] {
            try shelf.faults { _ = try shelf.suites.create(document, project: shelf.demo, by: shelf.caller) }
        }
        #expect(
            try faults(["key": "s", "cases": ["a", "gone", "foreign"]]) == [
                FieldFault("/cases/1", "there is no test case 'gone'"),
                FieldFault("/cases/2", "there is no test case 'foreign'"),
            ])
        #expect(try faults(["key": "s"]) == [FieldFault("", "must have exactly one of cases and tags")])
        #expect(try faults(["key": "s", "cases": ["a"], "tags": "x"]).map(\.pointer) == [""])
        #expect(try faults(["key": "s", "cases": []]).map(\.pointer) == ["/cases"])
        #expect(try faults(["key": "s", "tags": "x and"]) == [FieldFault("/tags", "expected a tag at the end")])
        #expect(
            try faults(["key": "s", "cases": ["A!"]]) == [
                FieldFault("/cases/0", "must be \(TextPattern.key.description)")
            ])
        #expect(
            try faults(["key": "s", "tags": "x", "options": ["parallel": 0, "environment": "A!", "typo": 1]]).map(
                \.pointer)
                == ["/options/parallel", "/options/environment", "/options/typo"])
        let suite = try shelf.suites.create(["key": "s", "cases": ["a"]], project: shelf.demo, by: shelf.caller)
        #expect(throws: CatalogError.self) {
            try shelf.suites.patch(suite.id, with: ["cases": ["gone"]], project: shelf.demo, by: shelf.caller)
        }
        let tagged = try shelf.suites.patch(
            suite.id, with: ["cases": .null, "tags": "x"], project: shelf.demo, by: shelf.caller)
        #expect(tagged.definition.tags == "x" && tagged.definition.cases == nil)
    }

    @Test func `items keep parameters and rows`() throws {
        let shelf = try Shelf()
        let item = try shelf.items.create(
            ["key": "users", "parameters": ["N": 1], "rows": [["name": "Ada"], ["name": "ünï", "age": 36]]],
            project: shelf.demo, by: shelf.caller)
        #expect(item.definition.rows == [["name": "Ada"], ["name": "ünï", "age": "36"]])
        #expect(try shelf.items.find(key: "users", project: shelf.demo) == item)
        let faults = try shelf.faults {
            _ = try shelf.items.create(
                ["key": "bad", "rows": [1, ["a": ["b"]], .null]], project: shelf.demo, by: shelf.caller)
        }
        #expect(Set(faults.map(\.pointer)) == ["/rows/0", "/rows/1/a", "/rows/2"])
        #expect(throws: CatalogError.self) {
            try shelf.items.create(["key": "bad", "rows": 1], project: shelf.demo, by: shelf.caller)
        }
    }

    @Test func `a suite of 1200 cases is resolved in order`() throws {
        let shelf = try Shelf()
        let keys = (0..<1200).map { "case-\($0)" }
        let cases = keys.map { shelf.document($0, tags: ["bulk"]) }
        let document: JSONValue = [
            "testCases": .array(cases),
            "testSuites": [["key": "all", "cases": .array(keys.reversed().map { .string($0) })]],
        ]
        #expect(try shelf.apply(document.serialized(), .json).count == 1201)
        #expect(try shelf.resolve.testSuite("all", project: shelf.demo).cases.map(\.key) == keys.reversed())
        #expect(try shelf.apply(document.serialized(), .json).allSatisfy { $0.action == .unchanged })
    }

    @Test(arguments: [10, 40])
    func `what a start needs is found in a definition of any depth`(depth: Int) throws {
        let shelf = try Shelf()
        let nested = (0..<depth).reduce(JSONValue.integer(1)) { inner, _ in .array([inner]) }
        _ = try shelf.cases.create(
            [
                "key": "deep", "name": "Deep", "labels": ["linux"], "timeoutMs": 7000,
                "steps": [["name": "post", "http": ["method": "POST", "url": "http://localhost/", "json": nested]]],
            ], project: shelf.demo, by: shelf.caller)
        let found = try shelf.resolve.testCase("deep", project: shelf.demo)
        #expect(found.labels == ["linux"] && found.timeoutMs == 7000)
    }
}
