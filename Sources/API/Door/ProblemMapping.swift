import Domain
package import MariaDB
package import Wire

/// A feature's error that says which problem it is at the door. Each slice says it of its own.
package protocol ProblemConvertible: Error {
    var problem: Problem { get }
}

/// Turns whatever a handler throws into a problem.
package enum ProblemMapping {
    package static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let fault as FieldFault: .invalid([fault])
        case let error as any ProblemConvertible: error.problem
        default: Problem(.internalError, "The request failed; the log has the reason under its request id.")
        }
    }
}

extension Problem {
    /// 412: somebody was faster; nil when there is no version at all.
    static func versionMismatch(current: Int?) -> Problem {
        Problem(
            .preconditionFailed, current.map { "The current version is \($0)." } ?? "There is no such thing yet.",
            extensions: ["currentVersion": .count(current)])
    }

    /// 409: the name belongs to another thing of the project.
    static let nameTaken = Problem(.alreadyExists, errors: [FieldFault("/name", "is taken")])
}

extension DatabaseError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .duplicate: Problem(.alreadyExists)
        case .deadlock, .lockTimeout, .snapshotChanged, .statementTimeout, .connectionLost, .commitUnknown,
            .unavailable:
            Problem(.unavailable, "The database is busy or restarting.", retryAfterSeconds: 1)
        case .constraint: Problem(.conflict)
        default: Problem(.internalError, "The request failed; the log has the reason under its request id.")
        }
    }
}
