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
    /// It was changed since the caller read it.
    case versionMismatch(current: Int)
    /// It cannot be done to this one, and why.
    case refused(String)
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
