/// Told of what was stepped over because it cannot be read or applied: where, and why. Any thread.
package typealias FaultNote = @Sendable (_ position: String, _ error: any Error) -> Void

/// Runs `body` for one item of many: nil when it fails on what it read, so that the others go on.
/// - Throws: what is no fault of the item: the connection, a deadlock.
package func steppingOver<R>(_ position: String, _ note: FaultNote, _ body: () throws -> R) throws -> R? {
    do {
        return try body()
    } catch  where isPoison(error) {
        note(position, error)
        return nil
    }
}

extension Transaction {
    /// Runs `body` so that a failure in its own rows undoes only what it has done; the transaction can go on. Not to be
    /// nested.
    package func isolated<R>(_ body: () throws -> R) throws -> R {
        try execute("SAVEPOINT item")
        do {
            return try body()
        } catch  where isPoison(error) {
            try execute("ROLLBACK TO SAVEPOINT item")
            throw error
        }
    }
}

/// Whether an error lies in what was read or written, so that trying again cannot help, rather than in the connection
/// or the moment.
package func isPoison(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return true }
    switch error {
    case .decoding, .statement, .constraint, .duplicate: return true
    default: return false
    }
}
