import Dispatch
import Domain
import Synchronization
import Testing

@testable import Catalog

/// Runs `work` on threads of its own at the same time; answers what each gave.
private func together<Value: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) throws -> Value) -> [Result<
    Value, any Error
>] {
    let results = Mutex<[Result<Value, any Error>]>([])
    let group = DispatchGroup()
    let queue = DispatchQueue(label: "race", attributes: .concurrent)
    for index in 0..<count {
        queue.async(group: group) {
            let result = Result { try work(index) }
            results.withLock { $0.append(result) }
        }
    }
    group.wait()
    return results.withLock { $0 }
}

@Suite struct CatalogRaceTests {
    @Test func `of writers who saw the same version exactly one wins`() throws {
        let shelf = try Shelf()
        let made = try shelf.addCase("a")
        let results = together(6) {
            try shelf.cases.patch(
                made.id, with: ["description": .string("\($0)")], ifMatch: 1, project: shelf.demo, by: shelf.caller)
        }
        #expect(results.count { (try? $0.get()) != nil } == 1)
        #expect(try shelf.cases.find(made.id, project: shelf.demo).version == 2)
        #expect(try shelf.cases.versions(made.id, project: shelf.demo).items.count == 2)
    }

    @Test func `of creations with one key exactly one wins`() throws {
        let shelf = try Shelf()
        let results = together(6) { _ in try shelf.addCase("a") }
        #expect(results.count { (try? $0.get()) != nil } == 1)
        #expect(try shelf.cases.list(project: shelf.demo).items.count == 1)
    }

    @Test func `documents applied at once leave one whole state`() throws {
        let shelf = try Shelf()
        let keys = (0..<40).map { "k\($0)" }
        @Sendable func document(_ version: Int, _ keys: [String]) -> [UInt8] {
            let cases = keys.map { key -> JSONValue in
                [
                    "key": .string(key), "description": .string("\(version)"),
                    "steps": [["name": "s", "wait": ["durationMs": 1]]],
                ]
            }
            return JSONValue.object(["testCases": .array(cases)]).serialized()
        }
        _ = try shelf.apply(document(0, keys), .json)
        let results = together(4) { try shelf.apply(document($0 + 1, $0 % 2 == 0 ? keys : keys.reversed()), .json) }
        #expect(results.allSatisfy { (try? $0.get()) != nil })
        let left = try shelf.cases.list(project: shelf.demo, limit: 200).items
        #expect(left.count == 40 && Set(left.map(\.definition.description)).count == 1)
        #expect(left.allSatisfy { $0.version == 5 })
    }
}
