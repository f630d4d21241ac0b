package import Domain

/// What a use case of this feature may answer instead of a result; the door turns each into one problem.
package enum ExecutionFault: Error, Equatable, Sendable {
    /// Unknown, or of a project the caller does not see.
    case notFound
    /// The execution's status has no such edge.
    case invalidTransition(from: ExecutionStatus)
    /// The writer's fence, session or attempt is not the current one.
    case staleFence
    /// Steps are missing before the first one sent; send from `expected`.
    case stepGap(expected: Int)
    /// The agent's session was replaced or its lease ran out; open a new one.
    case sessionEnded
    /// The credential or enrolment token is unknown, used, expired or revoked.
    case unauthorized
    /// The idempotency key was used with another body.
    case idempotencyConflict
    case invalid([FieldFault])
    /// It was changed since the caller read it.
    case versionMismatch(current: Int)
    /// A limit was reached: the message says which.
    case tooLarge(String)
}
