import Domain
import MariaDB
import Testing

@testable import Catalog

@Suite struct TestCaseTests {
    @Test func `a new case is version 1 and reads back as written`() throws {
        let shelf = try Shelf()
        let document: JSONValue = [
            "key": "ping", "name": "Ping 🧪", "description": "'; DROP TABLE test_cases; --", "type": "generic",
            "tags": ["smoke", "smoke", "web"], "labels": ["linux"], "parameters": ["N": 3, "S": "x"],
            "timeoutMs": 60000,
            "retry": ["maxAttempts": 2, "backoffMs": 10, "on": ["failed"]],
            "steps": [
                [
                    "name": "get", "http": ["url": "http://localhost/", "json": ["a": [1, 2.5, .null]]],
                    "expect": ["status": [200, 201], "json": ["/a": .null, "/b": 1.0]],
                    "capture": ["X": ["from": "body", "pointer": "/a"]],
                ]
            ],
        ]
        let made = try shelf.cases.create(document, project: shelf.demo, by: shelf.caller)
        #expect(made.version == 1 && made.definition.parameters == ["N": "3", "S": "x"])
        #expect(try shelf.cases.find(made.id, project: shelf.demo) == made)
        #expect(try shelf.cases.find(key: "ping", project: shelf.demo) == made)
        #expect(try shelf.cases.find(made.id, version: 1, project: shelf.demo) == made)
        #expect(shelf.actions == ["testCase.create"])
    }

    @Test func `every change makes a version, no change makes none`() throws {
        let shelf = try Shelf()
        let first = try shelf.addCase("a")
        var document = shelf.document("a")
        let same = try shelf.cases.replace(first.id, with: document, ifMatch: 1, project: shelf.demo, by: shelf.caller)
        #expect(same == first)
        guard case .object(var members) = document else { return }
        members["name"] = "Renamed"
        members["key"] = nil
        for field in ["id", "project", "version", "createdAt", "updatedAt"] { members[field] = "from a GET" }
        document = .object(members)
        let second = try shelf.cases.replace(
            first.id, with: document, ifMatch: 1, project: shelf.demo, by: shelf.caller)
        #expect(second.version == 2 && second.definition.name == "Renamed" && second.createdAt == first.createdAt)
        #expect(throws: CatalogError.versionMismatch(current: 2)) {
            try shelf.cases.replace(first.id, with: document, ifMatch: 1, project: shelf.demo, by: shelf.caller)
        }
        let third = try shelf.cases.patch(
            first.id, with: ["tags": ["x"], "description": "d", "version": 9], project: shelf.demo, by: shelf.caller)
        #expect(third.version == 3 && third.definition.tags == ["x"] && third.definition.name == "Renamed")
        let fourth = try shelf.cases.patch(
            first.id, with: ["description": .null], ifMatch: 3, project: shelf.demo, by: shelf.caller)
        #expect(fourth.definition.description == nil)
        let page = try shelf.cases.versions(first.id, project: shelf.demo, limit: 3)
        #expect(page.items.map(\.version) == [4, 3, 2])
        #expect(
            try shelf.cases.versions(first.id, project: shelf.demo, cursor: page.nextCursor).items.map(\.version) == [1]
        )
        #expect(try shelf.cases.find(first.id, version: 2, project: shelf.demo).definition.name == "Renamed")
        #expect(throws: CatalogError.notFound) { try shelf.cases.find(first.id, version: 5, project: shelf.demo) }
        #expect(shelf.actions == ["testCase.create", "testCase.change", "testCase.change", "testCase.change"])
    }

    @Test func `the key cannot be changed`() throws {
        let shelf = try Shelf()
        let made = try shelf.addCase("a")
        let wrong = [FieldFault("/key", "cannot be changed")]
        #expect(throws: CatalogError.invalid(wrong)) {
            try shelf.cases.replace(made.id, with: shelf.document("b"), project: shelf.demo, by: shelf.caller)
        }
        #expect(throws: CatalogError.invalid(wrong)) {
            try shelf.cases.patch(made.id, with: ["key": "b"], project: shelf.demo, by: shelf.caller)
        }
    }

    @Test func `a deleted case is gone, its versions stay, its key is free`() throws {
        let shelf = try Shelf()
        let made = try shelf.addCase("a", tags: ["smoke"])
        #expect(throws: CatalogError.conflict("'a' exists")) { try shelf.addCase("a") }
        #expect(throws: CatalogError.versionMismatch(current: 1)) {
            try shelf.cases.delete(made.id, ifMatch: 2, project: shelf.demo, by: shelf.caller)
        }
        try shelf.cases.delete(made.id, ifMatch: 1, project: shelf.demo, by: shelf.caller)
        #expect(throws: CatalogError.notFound) { try shelf.cases.find(made.id, project: shelf.demo) }
        #expect(throws: CatalogError.notFound) { try shelf.cases.find(key: "a", project: shelf.demo) }
        #expect(throws: CatalogError.notFound) {
            try shelf.cases.delete(made.id, project: shelf.demo, by: shelf.caller)
        }
        #expect(throws: CatalogError.notFound) {
            try shelf.cases.patch(made.id, with: ["name": "x"], project: shelf.demo, by: shelf.caller)
        }
        #expect(try shelf.cases.find(made.id, version: 1, project: shelf.demo) == made)
        #expect(try shelf.cases.versions(made.id, project: shelf.demo).items == [made])
        let again = try shelf.addCase("a")
        #expect(again.id != made.id && again.version == 1)
        try shelf.cases.delete(again.id, project: shelf.demo, by: shelf.caller)
        try shelf.addCase("a")
        #expect(try shelf.cases.list(project: shelf.demo, filter: DefinitionFilter(tag: "smoke")).items.isEmpty)
    }

    @Test func `another project's case does not exist`() throws {
        let shelf = try Shelf()
        let made = try shelf.addCase("a")
        let id = made.id
        #expect(throws: CatalogError.notFound) { try shelf.cases.find(id, project: shelf.other) }
        #expect(throws: CatalogError.notFound) { try shelf.cases.find(key: "a", project: shelf.other) }
        #expect(throws: CatalogError.notFound) { try shelf.cases.find(id, version: 1, project: shelf.other) }
        #expect(throws: CatalogError.notFound) { try shelf.cases.versions(id, project: shelf.other) }
        #expect(throws: CatalogError.notFound) {
            try shelf.cases.replace(id, with: shelf.document("a"), project: shelf.other, by: shelf.caller)
        }
        #expect(throws: CatalogError.notFound) {
            try shelf.cases.patch(id, with: ["name": "x"], project: shelf.other, by: shelf.caller)
        }
        #expect(throws: CatalogError.notFound) { try shelf.cases.delete(id, project: shelf.other, by: shelf.caller) }
        #expect(throws: CatalogError.notFound) { try shelf.resolve.testCase("a", project: shelf.other) }
        #expect(try shelf.cases.list(project: shelf.other).items.isEmpty)
        try shelf.addCase("a", project: shelf.other)
        #expect(try shelf.cases.find(id, project: shelf.demo) == made)
    }

    @Test func `lists are paged by key and filtered by text and tag`() throws {
        let shelf = try Shelf()
        for (key, tags) in [("b", ["slow"]), ("a", ["smoke"]), ("c-100", ["smoke", "slow"]), ("d", [])] {
            try shelf.addCase(key, tags: tags)
        }
        func keys(_ filter: DefinitionFilter) throws -> [String] {
            try shelf.cases.list(project: shelf.demo, filter: filter).items.map(\.definition.key)
        }
        let first = try shelf.cases.list(project: shelf.demo, limit: 3)
        #expect(first.items.map(\.definition.key) == ["a", "b", "c-100"])
        let last = try shelf.cases.list(project: shelf.demo, cursor: first.nextCursor, limit: 3)
        #expect(last.items.map(\.definition.key) == ["d"] && last.nextCursor == nil)
        #expect(try keys(DefinitionFilter(tag: "smoke")) == ["a", "c-100"])
        #expect(try keys(DefinitionFilter(text: "C-1", tag: "slow")) == ["c-100"])
        #expect(try keys(DefinitionFilter(text: "case")) == ["a", "b", "c-100", "d"])
        #expect(try keys(DefinitionFilter(text: "%")) == [])
        #expect(try keys(DefinitionFilter(text: "c_100")) == [])
        #expect(try keys(DefinitionFilter(text: "")).count == 4)
        for text in hostileTexts.filter({ !$0.isEmpty && $0 != " " }) {
            #expect(try keys(DefinitionFilter(text: text)).isEmpty)
            #expect(try keys(DefinitionFilter(tag: text)).isEmpty)
            #expect(throws: CatalogError.self) { try shelf.cases.list(project: shelf.demo, cursor: text) }
            #expect(throws: CatalogError.notFound) { try shelf.cases.find(key: text, project: shelf.demo) }
        }
        #expect(throws: CatalogError.self) {
            try shelf.cases.versions(ID(at: Timestamp(milliseconds: 0)), project: shelf.demo, cursor: "x")
        }
    }

    @Test func `faulty documents are refused with every fault`() throws {
        let shelf = try Shelf()
        let faults = try shelf.faults {
            _ = try shelf.cases.create(
                ["key": "A!", "typo": 1, "steps": [["name": "s"], ["http": ["url": "ftp://x"], "name": "t"]]],
                project: shelf.demo, by: shelf.caller)
        }
        #expect(Set(faults.map(\.pointer)).isSuperset(of: ["/key", "/typo", "/steps/0", "/steps/1/http/url"]))
        for document: JSONValue in [.null, [], "x", 1, ["key": "a"], ["key": .null], ["steps": []]] {
            #expect(throws: CatalogError.self) {
                try shelf.cases.create(document, project: shelf.demo, by: shelf.caller)
            }
        }
        let made = try shelf.addCase("a")
        for document: JSONValue in [.null, [], "x", 1] {
            #expect(throws: CatalogError.self) {
                try shelf.cases.replace(made.id, with: document, project: shelf.demo, by: shelf.caller)
            }
            #expect(throws: CatalogError.self) {
                try shelf.cases.patch(made.id, with: document, project: shelf.demo, by: shelf.caller)
            }
        }
        #expect(try shelf.cases.find(made.id, project: shelf.demo) == made)
    }

    @Test func `hostile texts are kept as they are or refused`() throws {
        let shelf = try Shelf()
        for (index, text) in hostileTexts.enumerated() {
            var members = shelf.document("k\(index)").object ?? [:]
            members["description"] = .string(text)
            members["steps"] = [["name": "s", "command": ["shell": .string("echo " + text)]]]
            let faults = try shelf.faults {
                let made = try shelf.cases.create(.object(members), project: shelf.demo, by: shelf.caller)
                #expect(try shelf.cases.find(made.id, project: shelf.demo).definition.description == text)
            }
            #expect(faults.isEmpty != text.contains("\u{0}"))
        }
        #expect(try shelf.cases.list(project: shelf.demo).items.count == hostileTexts.count - 1)
    }

    @Test func `a definition has a size limit`() throws {
        let shelf = try Shelf()
        let step: JSONValue = [
            "name": "s", "http": ["url": "http://x/", "body": .string(String(repeating: "x", count: 600_000))],
        ]
        let faults = try shelf.faults {
            _ = try shelf.cases.create(["key": "big", "steps": [step, step]], project: shelf.demo, by: shelf.caller)
        }
        #expect(faults == [FieldFault("", "must be at most 1048576 bytes as JSON")])
    }
}
