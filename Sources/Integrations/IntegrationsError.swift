package import Domain
import MariaDB

/// What a caller of this feature has to handle.
package enum IntegrationsError: Error, Equatable, Sendable {
    /// No such thing in this project.
    case notFound
    /// The request holds values that cannot be accepted; all of them are listed.
    case invalid([FieldFault])
    /// Another trigger or subscription of the project has this name.
    case nameTaken
}

/// Turns the breach of a unique name into the outcome that a caller handles.
@discardableResult
func withUniqueName<R>(_ body: () throws -> R) throws -> R {
    do {
        return try body()
    } catch DatabaseError.duplicate(let key) where key.hasSuffix("_for_name") {
        throw IntegrationsError.nameTaken
    }
}

/// What is wrong with a name that people give to a trigger or a subscription.
func nameFault(_ name: String) -> FieldFault? {
    guard (1...100).contains(name.unicodeScalars.count) else {
        return FieldFault("/name", "must have 1 to 100 characters")
    }
    let isPlain = name.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    return isPlain ? nil : FieldFault("/name", "must not hold control characters")
}

extension String {
    /// `[a-z0-9][a-z0-9-]{0,62}`: the key of a suite.
    var isDefinitionKey: Bool {
        (1...63).contains(utf8.count) && utf8.first != UInt8(ascii: "-")
            && utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
    }
}
