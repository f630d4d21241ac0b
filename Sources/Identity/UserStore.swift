import Domain
import MariaDB

/// A user with the hash to check a password against.
struct Account {
    let profile: UserProfile
    let passwordHash: String
}

/// SQL of `users`.
enum UserStore {
    /// Columns of a profile of `users u`; named apart from what they are joined with.
    static let columns: SQL = """
        u.id AS user_id, u.email, u.name AS user_name, u.is_admin, u.disabled_at, u.created_at AS user_created_at
        """

    static func profile(_ row: Row) throws -> UserProfile {
        UserProfile(
            id: try row.id("user_id"), email: try row.text("email"), name: try row.text("user_name"),
            isAdmin: try row.bool("is_admin"), isDisabled: try row.timeOrNil("disabled_at") != nil,
            createdAt: try row.time("user_created_at"))
    }

    static func account(email: String, _ connection: Connection) throws -> Account? {
        // Bound text is converted to the ASCII column, where '?' would stand for every other letter.
        guard email.utf8.count <= 254, email.utf8.allSatisfy({ $0 < 128 }) else { return nil }
        let rows = try connection.query(
            "SELECT \(sql: columns), u.password_hash FROM users u WHERE u.email = \(email)")
        guard let row = rows.first else { return nil }
        return Account(profile: try profile(row), passwordHash: try row.text("password_hash"))
    }

    static func find(_ condition: SQL, _ connection: Connection) throws -> UserProfile? {
        let rows = try connection.query("SELECT \(sql: columns) FROM users u WHERE \(sql: condition)")
        return try rows.first.map(profile)
    }

    static func page(after: ID<User>?, count: Int, _ connection: Connection) throws -> [UserProfile] {
        let start: SQL = if let after { "WHERE u.id > \(after)" } else { "" }
        let rows = try connection.query(
            "SELECT \(sql: columns) FROM users u \(sql: start) ORDER BY u.id LIMIT \(count)")
        return try rows.map(profile)
    }

    static func isEmpty(_ connection: Connection) throws -> Bool {
        try connection.query("SELECT id FROM users LIMIT 1").isEmpty
    }

    static func isEmpty(_ tx: Transaction) throws -> Bool {
        try tx.first("SELECT id FROM users LIMIT 1 FOR UPDATE") == nil
    }

    static func lock(_ id: ID<User>, _ tx: Transaction) throws -> UserProfile? {
        try tx.first("SELECT \(sql: columns) FROM users u WHERE u.id = \(id) FOR UPDATE").map(profile)
    }

    /// Admins besides `id` who can log in; locked, so that two of them cannot disable each other at once.
    static func otherAdmins(_ id: ID<User>, _ tx: Transaction) throws -> Int {
        try tx.query("SELECT id FROM users WHERE is_admin AND disabled_at IS NULL AND id <> \(id) FOR UPDATE").count
    }

    static func insert(_ profile: UserProfile, passwordHash: String, _ tx: Transaction) throws {
        _ = try tx.execute(
            """
            INSERT INTO users (id, email, name, password_hash, is_admin, created_at)
            VALUES (\(profile.id), \(profile.email), \(profile.name), \(passwordHash), \(profile.isAdmin),
              \(profile.createdAt))
            """)
    }

    static func update(_ id: ID<User>, disabled: Bool?, passwordHash: String?, _ tx: Transaction) throws {
        if let disabled {
            let at: Timestamp? = disabled ? tx.now : nil
            _ = try tx.execute(
                """
                UPDATE users SET disabled_at = IF(\(disabled), COALESCE(disabled_at, \(at.sqlValue)), NULL) WHERE id = \(id)
                """)
        }
        if let passwordHash {
            _ = try tx.execute("UPDATE users SET password_hash = \(passwordHash) WHERE id = \(id)")
        }
    }
}
