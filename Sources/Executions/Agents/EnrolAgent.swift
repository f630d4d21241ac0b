package import Domain
package import MariaDB
package import Wire

/// Lets new agents in: one-time tokens that expire, and the credential each buys.
package struct EnrolAgent: Sendable {
    /// A fresh token; its text is shown once.
    package struct Enrolment: Equatable, Sendable {
        package let id: UUIDv7
        package let token: String
        package let expiresAt: Timestamp
    }

    /// Which agent a token is meant for; shown to people, the agent says itself what it is.
    package struct Meant: Equatable, Sendable {
        package var name: String?
        package var labels: [String]
        package var slots: Int?

        package init(name: String? = nil, labels: [String] = [], slots: Int? = nil) {
            self.name = name
            self.labels = labels
            self.slots = slots
        }
    }

    /// A token that waits for its agent.
    package struct Waiting: Equatable, Sendable {
        package let id: UUIDv7
        package let isShared: Bool
        package let meant: Meant
        package let createdAt: Timestamp
        package let expiresAt: Timestamp
    }

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Parameters:
    ///   - project: whose work the agent may do; nil is a shared agent.
    ///   - expiresInMs: 1 minute to 7 days.
    package func issueToken(
        project: ID<Project>?, by user: UUIDv7?, expiresInMs: Int64, meant: Meant = Meant()
    ) throws -> Enrolment {
        try pool.transaction { tx in
            let enrolment = Enrolment(
                id: UUIDv7(at: tx.now), token: RandomToken.make("asye_"),
                expiresAt: tx.now.adding(ms: min(max(expiresInMs, 60_000), 604_800_000)))
            try tx.execute(
                """
                INSERT INTO enrolment_tokens (id, project_id, token_sha256, created_by, created_at, expires_at, name, labels, slots)
                VALUES (\(enrolment.id), \(project), \(RandomToken.sha256(enrolment.token)), \(user), \(tx.now), \(enrolment.expiresAt),
                  \(meant.name), \(JSONValue.array(meant.labels.map { .string($0) })), \(meant.slots))
                """)
            return enrolment
        }
    }

    /// Tokens that can still be used, the newest first; their text is known to nobody any more.
    ///
    /// - Parameter includingShared: those of no project as well.
    package func waiting(project: ID<Project>, includingShared: Bool) throws -> [Waiting] {
        let shared: SQL = includingShared ? " OR project_id IS NULL" : ""
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT id, project_id, name, labels, slots, created_at, expires_at FROM enrolment_tokens
                WHERE (project_id = \(project)\(sql: shared)) AND used_at IS NULL AND expires_at > UTC_TIMESTAMP(3)
                ORDER BY id DESC LIMIT 200
                """)
        }
        return try rows.map { row in
            Waiting(
                id: try row.uuid("id"), isShared: try row.uuidOrNil("project_id") == nil,
                meant: Meant(
                    name: try row.textOrNil("name"),
                    labels: try row.jsonOrNil("labels")?.array?.compactMap(\.string) ?? [],
                    slots: try row.intOrNil("slots")),
                createdAt: try row.time("created_at"), expiresAt: try row.time("expires_at"))
        }
    }

    /// Takes a token back before an agent used it.
    ///
    /// - Throws: `ExecutionFault.notFound` when there is none that waits.
    package func withdraw(_ id: UUIDv7, project: ID<Project>, includingShared: Bool, in tx: Transaction) throws {
        let shared: SQL = includingShared ? " OR project_id IS NULL" : ""
        let found = try tx.execute(
            """
            UPDATE enrolment_tokens SET expires_at = \(tx.now) WHERE id = \(id) AND used_at IS NULL
              AND expires_at > \(tx.now) AND (project_id = \(project)\(sql: shared))
            """)
        guard found == 1 else { throw ExecutionFault.notFound }
    }

    /// Buys a credential with a token, which then is used up. A request with a `nonce` that comes again, because its answer
    /// was lost, gets the same agent and credential while the token lives.
    ///
    /// - Throws: `ExecutionFault.unauthorized` for an unknown, used or expired token; `.invalid` for a bad name.
    package func register(_ request: RegisterAgentRequest) throws -> RegisterAgentResponse {
        try check(request)
        // Derived, so that it can be given again although only its digest is kept.
        let credential =
            request.nonce.map { RandomToken.derived("asya_", from: ["agent credential", request.token, $0]) }
            ?? RandomToken.make("asya_")
        return try pool.transaction { tx in
            let id = ID<Agent>(at: tx.now)
            let digest = RandomToken.sha256(request.token)
            let used = try tx.execute(
                """
                UPDATE enrolment_tokens SET used_at = \(tx.now), agent_id = \(id)
                WHERE token_sha256 = \(digest) AND used_at IS NULL AND expires_at > \(tx.now)
                """)
            guard used == 1 else { return try registered(request, credential, tx) }
            try tx.execute(
                """
                INSERT INTO agents (id, project_id, name, credential_sha256, created_at)
                SELECT \(id), project_id, \(request.name), \(RandomToken.sha256(credential)), \(tx.now)
                FROM enrolment_tokens WHERE token_sha256 = \(digest)
                """)
            return RegisterAgentResponse(agent: .init(id: id, name: request.name), credential: credential)
        }
    }

    /// The answer that was given before to the same request.
    private func registered(
        _ request: RegisterAgentRequest, _ credential: String, _ tx: Transaction
    ) throws -> RegisterAgentResponse {
        let row = try tx.first(
            """
            SELECT a.id, a.name FROM enrolment_tokens t JOIN agents a ON a.id = t.agent_id
            WHERE t.token_sha256 = \(RandomToken.sha256(request.token)) AND t.expires_at > \(tx.now)
              AND a.credential_sha256 = \(RandomToken.sha256(credential)) AND a.revoked_at IS NULL
            """)
        guard let row, try row.text("name") == request.name else { throw ExecutionFault.unauthorized }
        return RegisterAgentResponse(agent: .init(id: try row.id("id"), name: request.name), credential: credential)
    }

    private func check(_ request: RegisterAgentRequest) throws {
        var faults: [FieldFault] = []
        if !isTag(request.name) {
            faults.append(FieldFault("/name", "must be 1 to 63 letters, digits, '.', '_', ':' or '-'"))
        }
        let range = request.protocol
        if range.min > agentProtocolVersion || range.max < agentProtocolVersion {
            faults.append(FieldFault("/protocol", "this server speaks version \(agentProtocolVersion)"))
        }
        guard faults.isEmpty else { throw ExecutionFault.invalid(faults) }
    }
}
