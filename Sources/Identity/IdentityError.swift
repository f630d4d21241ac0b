package import Domain
import MariaDB

/// Why an identity use case did not do what it was asked.
package enum IdentityError: Error, Equatable, Sendable {
    /// No credential, or one that is forged, expired or revoked.
    case unauthenticated
    /// Unknown e-mail, wrong password or disabled user: a caller is not told which.
    case invalidCredentials
    /// Too many attempts; try again after so many seconds.
    case rateLimited(retryAfterSeconds: Int)
    /// As many passwords are being checked as may be at once.
    case busy
    /// A member asked for more than the role, or the token's scopes, allow.
    case forbidden
    /// Unknown, or not the caller's to see.
    case notFound
    case invalid([FieldFault])
    /// The state forbids it; the text says why.
    case conflict(String)
    /// `If-Match` names none of the versions there are; nil: there is none at all.
    case versionMismatch(current: Int?)
    /// A sealed value cannot be opened: another key, another place, or a changed byte.
    case sealBroken
    /// The master key is not one.
    case masterKey(String)
}

/// Collects faults of single values and throws them together.
struct FieldCheck {
    private var faults: [FieldFault] = []

    mutating func fault(_ pointer: String, _ message: String) { faults.append(FieldFault(pointer, message)) }

    mutating func name(_ text: String) {
        if let fault = nameFault(text) { faults.append(fault) }
    }

    func finish() throws {
        guard faults.isEmpty else { throw IdentityError.invalid(faults) }
    }
}

/// Reads a cursor that is an id.
func cursorID<Entity>(_ cursor: String?) throws -> ID<Entity>? {
    guard let cursor else { return nil }
    guard let id = ID<Entity>(cursor) else {
        throw IdentityError.invalid([FieldFault("/cursor", "is not a cursor of this list")])
    }
    return id
}

/// Runs one write and answers `refusal` when a unique key, a CHECK or a foreign key does not take it.
func refusing(_ refusal: IdentityError, _ write: () throws -> Void) throws {
    do {
        try write()
    } catch let error as DatabaseError {
        switch error {
        case .duplicate, .constraint: throw refusal
        default: throw error
        }
    }
}
