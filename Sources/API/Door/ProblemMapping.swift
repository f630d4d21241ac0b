import Alerts
import Catalog
import Domain
import Executions
import Identity
import Integrations
import MariaDB
package import Wire

/// The one place where a feature's error becomes a problem.
package enum ProblemMapping {
    package static func problem(for error: any Error) -> Problem {
        switch error {
        case let problem as Problem: problem
        case let fault as FieldFault: .invalid([fault])
        case let error as DatabaseError: problem(error)
        case let error as IdentityError: problem(error)
        case let fault as ExecutionFault: problem(fault)
        case let error as CatalogError: problem(error)
        case let error as AlertsError: problem(error)
        case let error as IntegrationsError: problem(error)
        default: Problem(.internalError, "The request failed; the log has the reason under its request id.")
        }
    }

    private static func problem(_ error: DatabaseError) -> Problem {
        switch error {
        case .duplicate: Problem(.alreadyExists)
        case .deadlock, .lockTimeout, .snapshotChanged, .statementTimeout, .connectionLost, .commitUnknown,
            .unavailable:
            Problem(.unavailable, "The database is busy or restarting.", retryAfterSeconds: 1)
        case .constraint: Problem(.conflict)
        default: Problem(.internalError, "The request failed; the log has the reason under its request id.")
        }
    }

    private static func problem(_ error: IdentityError) -> Problem {
        switch error {
        case .unauthenticated: Problem(.unauthenticated)
        case .invalidCredentials: Problem(.invalidCredentials)
        case .rateLimited(let seconds): Problem(.rateLimited, retryAfterSeconds: seconds)
        case .busy: Problem(.unavailable, "Too many logins at once.", retryAfterSeconds: 1)
        case .forbidden: Problem(.forbidden)
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .conflict(let reason): Problem(.conflict, reason)
        case .sealBroken, .masterKey:
            Problem(.internalError, "A stored secret cannot be opened; see the log.")
        }
    }

    private static func problem(_ fault: ExecutionFault) -> Problem {
        switch fault {
        case .notFound: Problem(.notFound)
        case .invalidTransition(let status): Problem(.invalidTransition, "The execution is \(status.rawValue).")
        case .staleFence: Problem(.staleFence)
        case .stepGap(let expected):
            Problem(.stepGap, "Send from step \(expected).", extensions: ["expected": .integer(Int64(expected))])
        case .sessionEnded: Problem(.sessionEnded, "Open a new session.")
        case .unauthorized: Problem(.unauthenticated)
        case .idempotencyConflict: Problem(.idempotencyConflict)
        case .invalid(let faults): .invalid(faults)
        case .tooLarge(let limit): Problem(.resourceLimit, limit)
        }
    }

    private static func problem(_ error: CatalogError) -> Problem {
        switch error {
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .conflict(let reason): Problem(.conflict, reason)
        case .versionMismatch(let current):
            Problem(
                .preconditionFailed, "The current version is \(current).",
                extensions: ["currentVersion": .integer(Int64(current))])
        }
    }

    private static func problem(_ error: AlertsError) -> Problem {
        switch error {
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .nameTaken: Problem(.alreadyExists, errors: [FieldFault("/name", "is taken")])
        case .invalidTransition(let state): Problem(.invalidTransition, "The alert is \(state.rawValue).")
        }
    }

    private static func problem(_ error: IntegrationsError) -> Problem {
        switch error {
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .nameTaken: Problem(.alreadyExists, errors: [FieldFault("/name", "is taken")])
        }
    }
}
