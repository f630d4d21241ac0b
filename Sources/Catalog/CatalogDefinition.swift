package import Domain
import FoundationEssentials
import MariaDB

/// What the three kinds of definition have in common: a key, a name, a document, and where they are stored.
package protocol CatalogDefinition: Codable, Equatable, Sendable {
    associatedtype Entity
    /// The word of JSON and of the audit log: `testCase`.
    static var kind: String { get }
    static var tables: CatalogTables { get }
    /// Reads a document, collecting faults in `reader`.
    static func read(_ reader: inout FieldReader) -> Self
    var key: String { get }
    var name: String { get }
    /// What the tag filter knows it by.
    var searchTags: [String] { get }
}

/// The tables of one kind of definition.
package struct CatalogTables: Sendable {
    let entries: SQL
    let versions: SQL
    /// Nil when the kind has no tags.
    let tags: SQL?
}

extension CaseDefinition: CatalogDefinition {
    package typealias Entity = TestCase
    package static var kind: String { "testCase" }
    package static var tables: CatalogTables {
        CatalogTables(entries: "test_cases", versions: "test_case_versions", tags: "test_case_tags")
    }
    package var searchTags: [String] { Set(tags).sorted() }
}

extension SuiteDefinition: CatalogDefinition {
    package typealias Entity = TestSuite
    package static var kind: String { "testSuite" }
    package static var tables: CatalogTables {
        CatalogTables(entries: "test_suites", versions: "test_suite_versions", tags: nil)
    }
    package var searchTags: [String] { [] }
}

extension ItemDefinition: CatalogDefinition {
    package typealias Entity = TestItem
    package static var kind: String { "testItem" }
    package static var tables: CatalogTables {
        CatalogTables(entries: "test_items", versions: "test_item_versions", tags: nil)
    }
    package var searchTags: [String] { [] }
}

extension CatalogDefinition {
    /// The document as stored and as compared: equal definitions give equal values.
    package func document() throws -> JSONValue {
        try JSONParser.parse(Array(try JSONEncoder().encode(self)))
    }

    static func decoded(_ document: JSONValue) throws -> Self {
        try JSONDecoder().decode(Self.self, from: Data(document.serialized()))
    }

    /// Reads one document of a request or a file, with every fault below `pointer`.
    static func parsed(_ value: JSONValue, at pointer: String) -> (definition: Self, faults: [FieldFault]) {
        var reader = FieldReader(value, at: pointer)
        let definition = read(&reader)
        let faults = reader.finished()
        // As it will be read back, where 1.0 is 1: a definition that was not changed must equal the stored one.
        guard faults.isEmpty, let document = try? definition.document(), let stored = try? decoded(document) else {
            return (definition, faults)
        }
        let isTooLarge = document.serialized().count > maximumBytes
        return (stored, isTooLarge ? [FieldFault(pointer, "must be at most \(maximumBytes) bytes as JSON")] : [])
    }

    private static var maximumBytes: Int { 1_048_576 }
}

/// One version of a definition.
package struct Versioned<Definition: CatalogDefinition>: Sendable, Equatable {
    package let id: ID<Definition.Entity>
    package let version: Int
    package let definition: Definition
    package let createdAt: Timestamp
    /// When this version was made.
    package let updatedAt: Timestamp
}
