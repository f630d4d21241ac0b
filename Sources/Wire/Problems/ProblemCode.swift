/// The stable word of an error at the HTTP door; `docs/api/problems.md` lists every one.
package enum ProblemCode: String, CaseIterable, Sendable {
    case malformedRequest = "malformed_request"
    case unauthenticated
    case invalidCredentials = "invalid_credentials"
    case invalidSignature = "invalid_signature"
    case forbidden
    case originRefused = "origin_refused"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case alreadyExists = "already_exists"
    case conflict
    case idempotencyConflict = "idempotency_conflict"
    case invalidTransition = "invalid_transition"
    case projectArchived = "project_archived"
    case staleFence = "stale_fence"
    case stepGap = "step_gap"
    case sessionEnded = "session_ended"
    case protocolUnsupported = "protocol_unsupported"
    case preconditionFailed = "precondition_failed"
    case bodyTooLarge = "body_too_large"
    /// Said by the web server, like `uri_too_long`.
    case requestTimeout = "request_timeout"
    case uriTooLong = "uri_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case unknownFormat = "unknown_format"
    case validationFailed = "validation_failed"
    case resourceLimit = "resource_limit"
    case rateLimited = "rate_limited"
    case internalError = "internal_error"
    case unavailable

    /// HTTP status that carries this code.
    package var status: Int {
        switch self {
        case .malformedRequest: 400
        case .unauthenticated, .invalidCredentials, .invalidSignature: 401
        case .forbidden, .originRefused: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .alreadyExists, .conflict, .idempotencyConflict, .invalidTransition, .projectArchived, .staleFence,
            .stepGap,
            .sessionEnded:
            409
        case .preconditionFailed: 412
        case .bodyTooLarge: 413
        case .requestTimeout: 408
        case .uriTooLong: 414
        case .unsupportedMediaType, .unknownFormat: 415
        case .protocolUnsupported, .validationFailed, .resourceLimit: 422
        case .rateLimited: 429
        case .internalError: 500
        case .unavailable: 503
        }
    }

    /// Short English summary; the same for every occurrence.
    package var title: String {
        switch self {
        case .malformedRequest: "The request cannot be read"
        case .unauthenticated: "Log in or send a valid token"
        case .invalidCredentials: "E-mail or password is wrong"
        case .invalidSignature: "The signature does not match"
        case .forbidden: "Your role does not allow this"
        case .originRefused: "The request comes from another site"
        case .notFound: "Nothing here, or not yours"
        case .methodNotAllowed: "This address does not take that method"
        case .alreadyExists: "Something with this name exists already"
        case .conflict: "The request conflicts with the current state"
        case .idempotencyConflict: "This Idempotency-Key was used for another request"
        case .invalidTransition: "Not possible in the current status"
        case .projectArchived: "The project is archived"
        case .staleFence: "Another session holds this execution"
        case .stepGap: "Step results are missing"
        case .sessionEnded: "This agent session has ended"
        case .protocolUnsupported: "No common protocol version"
        case .preconditionFailed: "The resource changed since you read it"
        case .bodyTooLarge: "The request body is too large"
        case .requestTimeout: "The request did not arrive in time"
        case .uriTooLong: "The address is too long"
        case .unknownFormat: "The file is of no format that is read here"
        case .unsupportedMediaType: "The body has a media type that is not accepted here"
        case .validationFailed: "Some fields are not valid"
        case .resourceLimit: "A configured limit is reached"
        case .rateLimited: "Too many requests"
        case .internalError: "Unexpected error"
        case .unavailable: "Temporarily unavailable"
        }
    }
}
