package import Domain
package import MariaDB

/// A validated wish to run one case or one suite; names are already resolved to versions.
package struct StartRequest: Sendable {
    package var project: ID<Project>
    package var projectKey: String
    package var request: FrozenRequest
    package var priority: Priority
    package var retryOf: ID<Execution>?
    package var idempotency: IdempotencyKey?
    package var alongside: Alongside

    package init(
        project: ID<Project>, projectKey: String, request: FrozenRequest, priority: Priority = .normal,
        retryOf: ID<Execution>? = nil, idempotency: IdempotencyKey? = nil, alongside: @escaping Alongside = { _, _ in }
    ) {
        self.project = project
        self.projectKey = projectKey
        self.request = request
        self.priority = priority
        self.retryOf = retryOf
        self.idempotency = idempotency
        self.alongside = alongside
    }
}

/// What the caller writes in the transaction that changes an execution: a line of the audit log, a record of a webhook.
/// Runs before the outbox is written, and not for a replay.
package typealias Alongside = @Sendable (Transaction, ID<Execution>) throws -> Void

/// What makes a repeated POST harmless.
package struct IdempotencyKey: Sendable {
    /// User, token or trigger.
    package var principal: UUIDv7
    package var key: String
    /// SHA-256 of the request body, 32 bytes.
    package var bodySHA256: [UInt8]

    package init(principal: UUIDv7, key: String, bodySHA256: [UInt8]) {
        self.principal = principal
        self.key = key
        self.bodySHA256 = bodySHA256
    }
}

/// The execution that a start made, or made earlier under the same idempotency key.
package struct StartResult: Equatable, Sendable {
    package let id: ID<Execution>
    package let isReplay: Bool
}
