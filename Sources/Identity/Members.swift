package import Domain
package import MariaDB

/// One member of a project.
package struct Member: Hashable, Sendable {
    package let user: UserProfile
    package let role: Role
}

/// Who belongs to a project, as what.
package struct Members: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Members in the order of their user ids.
    package func list(project: ID<Project>, cursor: String? = nil, limit: Int? = nil) throws -> Page<Member> {
        let after: ID<User>? = try cursorID(cursor)
        let size = pageSize(limit)
        let start: SQL = if let after { "AND m.user_id > \(after)" } else { "" }
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT \(sql: UserStore.columns), m.role FROM memberships m JOIN users u ON u.id = m.user_id
                WHERE m.project_id = \(project) \(sql: start) ORDER BY m.user_id LIMIT \(size + 1)
                """)
        }
        let members = try rows.map { Member(user: try UserStore.profile($0), role: try $0.value("role")) }
        return Page(members, limit: size) { $0.user.id.description }
    }

    /// Makes `user` a member of `project` with this role, or gives a member another one.
    ///
    /// - Throws: `IdentityError.invalid` for a role that is not a membership, `.notFound` for an unknown user.
    package func put(_ user: ID<User>, role: Role, project: ID<Project>, by caller: Caller) throws -> Member {
        guard Role.assignable.contains(role) else {
            let words = Role.assignable.map(\.rawValue).joined(separator: ", ")
            throw IdentityError.invalid([FieldFault("/role", "must be one of " + words)])
        }
        return try pool.transaction { tx in
            guard let profile = try UserStore.lock(user, tx) else { throw IdentityError.notFound }
            let before = try lockedRole(of: user, project, tx)
            if before == role { return Member(user: profile, role: role) }
            try refusing(.notFound) {
                _ = try tx.execute(
                    """
                    INSERT INTO memberships (user_id, project_id, role, created_at)
                    VALUES (\(user), \(project), \(role.rawValue), \(tx.now))
                    ON DUPLICATE KEY UPDATE role = \(role.rawValue)
                    """)
            }
            try record(tx, user, project, from: before, to: role, caller)
            return Member(user: profile, role: role)
        }
    }

    /// - Throws: `IdentityError.notFound` when `user` is not a member.
    package func remove(_ user: ID<User>, project: ID<Project>, by caller: Caller) throws {
        try pool.transaction { tx in
            guard let before = try lockedRole(of: user, project, tx) else { throw IdentityError.notFound }
            _ = try tx.execute("DELETE FROM memberships WHERE user_id = \(user) AND project_id = \(project)")
            try record(tx, user, project, from: before, to: nil, caller)
        }
    }

    private func lockedRole(of user: ID<User>, _ project: ID<Project>, _ tx: Transaction) throws -> Role? {
        try tx.first("SELECT role FROM memberships WHERE user_id = \(user) AND project_id = \(project) FOR UPDATE")?
            .value("role")
    }

    private func record(
        _ tx: Transaction, _ user: ID<User>, _ project: ID<Project>, from before: Role?, to after: Role?,
        _ caller: Caller
    ) throws {
        let line = AuditEntry(
            after == nil ? "member.remove" : "member.put", "user", user.description, project: project,
            before: before.map { ["role": .string($0.rawValue)] }, after: after.map { ["role": .string($0.rawValue)] })
        try Audit.record(tx, line, by: caller)
        try MembershipChange.write(tx, user: user, project: project)
    }
}
