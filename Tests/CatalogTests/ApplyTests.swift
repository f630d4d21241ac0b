import Domain
import MariaDB
import Testing

@testable import Catalog

@Suite struct ApplyTests {
    private let project = """
        # A whole project
        testCases:
          - key: ping
            name: Ping
            tags: [smoke]
            steps:
              - name: get
                http: {url: "http://localhost/healthz"}
                expect: {status: 200}
          - key: build
            steps:
              - name: make
                command: {shell: "make && echo *done* 2>&1"}
        testItems:
          - key: data
            rows: [{a: 1}, {a: two}]
        testSuites:
          - key: smoke
            tags: smoke and not slow
          - key: all
            cases: [build, ping]
        environments:
          - name: staging
            variables: {URL: "http://x", RETRIES: 3}
        """

    @Test func `a first apply creates everything, a second changes nothing`() throws {
        let shelf = try Shelf()
        let first = try shelf.apply(project)
        #expect(
            first.map { "\($0.action) \($0.kind) \($0.key)" } == [
                "create testCase ping", "create testCase build", "create testItem data", "create testSuite smoke",
                "create testSuite all", "create environment staging",
            ])
        #expect(shelf.environments["staging"] == ["URL": "http://x", "RETRIES": "3"])
        #expect(try shelf.resolve.testSuite("all", project: shelf.demo).cases.map(\.key) == ["build", "ping"])
        let second = try shelf.apply(project)
        #expect(second.count == 6 && second.allSatisfy { $0.action == .unchanged && $0.fields.isEmpty })
        #expect(try shelf.cases.find(key: "ping", project: shelf.demo).version == 1)
        #expect(shelf.actions.count == 5)
    }

    @Test func `what differs is named by its fields and makes a version`() throws {
        let shelf = try Shelf()
        _ = try shelf.apply(project)
        let changed = project.replacing("status: 200", "status: 204").replacing("name: Ping", "description: new")
            .replacing("RETRIES: 3", "RETRIES: 4")
        let dry = try shelf.apply(changed, dryRun: true)
        #expect(try shelf.cases.find(key: "ping", project: shelf.demo).version == 1)
        #expect(shelf.environments["staging"]?["RETRIES"] == "3")
        let real = try shelf.apply(changed)
        #expect(real == dry)
        let updates = real.filter { $0.action == .update }
        #expect(updates.map(\.key) == ["ping", "staging"])
        #expect(updates.map(\.fields) == [["description", "name", "steps"], ["variables"]])
        #expect(try shelf.cases.find(key: "ping", project: shelf.demo).version == 2)
        #expect(shelf.actions.last == "testCase.change")
    }

    @Test func `a dry run writes nothing`() throws {
        let shelf = try Shelf()
        let changes = try shelf.apply(project, dryRun: true)
        #expect(changes.count == 6 && changes.allSatisfy { $0.action == .create })
        #expect(try shelf.cases.list(project: shelf.demo).items.isEmpty)
        #expect(try shelf.suites.list(project: shelf.demo).items.isEmpty)
        #expect(shelf.actions.isEmpty && shelf.environments.isEmpty)
    }

    @Test func `all faults are named and nothing is written`() throws {
        let shelf = try Shelf()
        let faults = try shelf.faults {
            _ = try shelf.apply(
                """
                testCases:
                  - key: good
                    steps: [{name: s, wait: {durationMs: 1}}]
                  - key: good
                    steps: [{name: s, wait: {durationMs: 1}}]
                  - key: Bad Key
                    steps:
                      - name: s
                        http: {url: 7, verb: GET}
                testSuites:
                  - key: s
                    cases: [good, missing, Bad Key]
                testItems: 5
                environments:
                  - {name: A B, variables: {}}
                  - {name: x, varibles: {}}
                  - {name: x}
                  - {}
                extra: 1
                """)
        }
        #expect(
            Set(faults.map(\.pointer)) == [
                "/testCases/1/key", "/testCases/2/key", "/testCases/2/steps/0/http/url",
                "/testCases/2/steps/0/http/verb",
                "/testSuites/0/cases/1", "/testSuites/0/cases/2", "/testItems", "/environments/0/name",
                "/environments/1/varibles", "/environments/2/name", "/environments/3/name", "/extra",
            ])
        #expect(try shelf.cases.list(project: shelf.demo).items.isEmpty)
    }

    @Test func `a fault of the database late in the way leaves nothing behind`() throws {
        let shelf = try Shelf()
        struct Broken: Error {}
        let environments = EnvironmentSeam(
            check: { _, _, _ in [] }, current: { _, _, _ in nil }, put: { _, _, _, _, _ in throw Broken() })
        let apply = ApplyCatalog(pool: shelf.pool, audit: { _, _, _ in }, environments: environments)
        #expect(throws: Broken.self) {
            try apply.apply(Array(project.utf8), format: .yaml, project: shelf.demo, dryRun: false, by: shelf.caller)
        }
        #expect(try shelf.cases.list(project: shelf.demo).items.isEmpty)
    }

    @Test func `JSON says the same as YAML`() throws {
        let shelf = try Shelf()
        let tree = try YAMLDocument.parse(Array(project.utf8))
        _ = try shelf.apply(project)
        #expect(try shelf.apply(tree.serialized(), .json).allSatisfy { $0.action == .unchanged })
        for (text, start) in [
            ("{", "is not JSON"), ("[]", "must be an object"), ("\u{0}", "is not JSON"), ("", "is not JSON"),
        ] {
            let faults = try shelf.faults { _ = try shelf.apply(text, .json) }
            #expect(faults.count == 1 && faults.first?.message.hasPrefix(start) == true, "\(text)")
        }
        #expect(try shelf.apply("", .yaml).isEmpty)
        #expect(try shelf.apply("{}", .json).isEmpty)
    }

    @Test func `lists have limits`() throws {
        let shelf = try Shelf()
        let many = JSONValue.array(Array(repeating: .object([:]), count: 10_001))
        let faults = try shelf.faults { _ = try shelf.apply(JSONValue.object(["testCases": many]).serialized(), .json) }
        #expect(faults == [FieldFault("/testCases", "must have at most 10000 entries")])
        let halves = (0..<2).map { part in
            JSONValue.array((0..<5001).map { ["key": .string("k\(part)-\($0)")] })
        }
        let both: JSONValue = [
            "testItems": halves[0], "environments": .array((0..<5001).map { ["name": .string("e\($0)")] }),
        ]
        #expect(
            try shelf.faults { _ = try shelf.apply(both.serialized(), .json) }
                == [FieldFault("", "must have at most 10000 definitions")])
    }
}

extension String {
    fileprivate func replacing(_ old: String, _ new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return replacingCharacters(in: range, new)
    }

    private func firstRange(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }

    private func replacingCharacters(in range: Range<String.Index>, _ new: String) -> String {
        String(self[..<range.lowerBound]) + new + String(self[range.upperBound...])
    }
}
