package import Domain
package import MariaDB

/// A user as others may see one: never the password.
package struct UserProfile: Hashable, Sendable {
    package let id: ID<User>
    package let email: String
    package let name: String
    package let isAdmin: Bool
    package let isDisabled: Bool
    package let createdAt: Timestamp
}

/// Creates, lists and changes users. The door lets only admins in.
package struct Users: Sendable {
    private let pool: Pool
    private let hasher: PasswordHasher

    package init(pool: Pool, hasher: PasswordHasher) {
        self.pool = pool
        self.hasher = hasher
    }

    /// - Parameter password: nil for a user who cannot log in before a link has set one.
    /// - Throws: `IdentityError.invalid`, `.conflict` when the e-mail is taken, `.busy`.
    package func create(
        email: String, name: String, password: String?, isAdmin: Bool = false, by caller: Caller
    ) throws -> UserProfile {
        let new = try newAccount(email: email, name: name, password: password, isAdmin: isAdmin)
        return try pool.transaction { try insert(new, $0, caller) }
    }

    /// The first user of an installation, an admin; nil when there is a user already.
    package func bootstrap(email: String, name: String, password: String, by caller: Caller = .system) throws
        -> UserProfile?
    {
        guard try pool.read({ try UserStore.isEmpty($0) }) else { return nil }
        let new = try newAccount(email: email, name: name, password: password, isAdmin: true)
        return try pool.transaction { tx in
            try UserStore.isEmpty(tx) ? try insert(new, tx, caller) : nil
        }
    }

    package func find(_ id: ID<User>) throws -> UserProfile {
        guard let profile = try pool.read({ try UserStore.find("u.id = \(id)", $0) }) else {
            throw IdentityError.notFound
        }
        return profile
    }

    package func find(email: String) throws -> UserProfile {
        let account = try pool.read { try UserStore.account(email: EmailAddress.normalised(email), $0) }
        guard let account else { throw IdentityError.notFound }
        return account.profile
    }

    /// The oldest admin who is not disabled: whom the command line on the server speaks for.
    package func firstAdmin() throws -> UserProfile? {
        try pool.read { try UserStore.find("u.is_admin AND u.disabled_at IS NULL ORDER BY u.id LIMIT 1", $0) }
    }

    /// Users in the order they were made.
    package func list(cursor: String? = nil, limit: Int? = nil) throws -> Page<UserProfile> {
        let after: ID<User>? = try cursorID(cursor)
        let size = pageSize(limit)
        let rows = try pool.read { try UserStore.page(after: after, count: size + 1, $0) }
        return Page(rows, limit: size) { $0.id.description }
    }

    /// Disables or enables a user, sets a new password, or both; both close the user's logins.
    ///
    /// - Throws: `IdentityError.notFound`, `.invalid`, `.conflict` for the last admin, `.busy`.
    package func change(
        _ id: ID<User>, disabled: Bool? = nil, password: String? = nil, by caller: Caller
    ) throws -> UserProfile {
        if let password {
            var check = FieldCheck()
            check.password(password)
            try check.finish()
        }
        let hash = try password.map { try hasher.hash($0) }
        return try pool.transaction { tx in
            guard let before = try UserStore.lock(id, tx) else { throw IdentityError.notFound }
            if disabled == true, before.isAdmin, !before.isDisabled, try UserStore.otherAdmins(id, tx) == 0 {
                throw IdentityError.conflict("the last admin cannot be disabled")
            }
            try UserStore.update(id, disabled: disabled, passwordHash: hash, tx)
            let closes = hash != nil || disabled == true
            if closes {
                try SessionStore.revoke("user_id = \(id)", because: hash == nil ? "disabled" : "password", tx)
            }
            guard let after = try UserStore.lock(id, tx) else { throw IdentityError.notFound }
            let line = AuditEntry(
                "user.change", "user", id.description, before: before.audited,
                after: after.audited(passwordChanged: hash != nil))
            try Audit.record(tx, line, by: caller)
            if closes || before != after { try MembershipChange.write(tx, user: id, project: nil) }
            return after
        }
    }

    private func newAccount(email: String, name: String, password: String?, isAdmin: Bool) throws -> NewAccount {
        let email = EmailAddress.normalised(email)
        var check = FieldCheck()
        if let fault = textFault(email, 3...254, .email) { check.fault("/email", fault) }
        check.name(name)
        if let password { check.password(password) }
        try check.finish()
        // A hash of what nobody knows: logging in takes as long and fails like everywhere.
        let hash = try hasher.hash(password ?? hex(randomBytes(32)))
        return NewAccount(email: email, name: name, passwordHash: hash, isAdmin: isAdmin)
    }

    private func insert(_ new: NewAccount, _ tx: Transaction, _ caller: Caller) throws -> UserProfile {
        let profile = UserProfile(
            id: ID(at: tx.now), email: new.email, name: new.name, isAdmin: new.isAdmin, isDisabled: false,
            createdAt: tx.now)
        try refusing(.conflict("a user with this e-mail exists")) {
            try UserStore.insert(profile, passwordHash: new.passwordHash, tx)
        }
        let line = AuditEntry("user.create", "user", profile.id.description, after: profile.audited)
        try Audit.record(tx, line, by: caller)
        return profile
    }
}

private struct NewAccount {
    let email: String
    let name: String
    let passwordHash: String
    let isAdmin: Bool
}

extension UserProfile {
    fileprivate var audited: JSONValue { audited(passwordChanged: false) }

    fileprivate func audited(passwordChanged: Bool) -> JSONValue {
        var members: [String: JSONValue] = [
            "email": .string(email), "name": .string(name), "admin": .bool(isAdmin), "disabled": .bool(isDisabled),
        ]
        if passwordChanged { members["password"] = "changed" }
        return .object(members)
    }
}

extension FieldCheck {
    mutating func password(_ text: String) {
        if let message = textFault(text, Limits.password) { fault("/password", message) }
    }
}

/// Rules for e-mail addresses, which are login names: ASCII, lower case.
enum EmailAddress {
    static func normalised(_ text: String) -> String {
        text.trimmingSpaces().lowercased()
    }
}

extension String {
    fileprivate func trimmingSpaces() -> String {
        String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
}

extension Caller {
    /// The same request, now known to come from this user.
    func acting(as user: UserProfile) -> Caller {
        Caller(
            kind: .user, id: user.id.uuid, userID: user.id, name: user.name, remoteAddress: remoteAddress,
            requestID: requestID)
    }
}
