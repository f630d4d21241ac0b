import Domain
import MariaDB

/// What foreign files call their tests and suites: the same words in the same project are the same test.
enum TestRegistry {
    struct Known: Equatable {
        let id: UUIDv7
        let key: String
    }

    enum Kind: String, SQLBindable { case suite, `case` }

    /// The tests that `identities` name; those that are new are written.
    static func find(
        _ identities: some Collection<String>, _ kind: Kind, in project: ID<Project>, pool: Pool
    ) throws -> [String: Known] {
        let digests = Dictionary(identities.map { ($0, sha256($0)) }, uniquingKeysWith: { first, _ in first })
        guard !digests.isEmpty else { return [:] }
        var known = try read(digests, kind, project, pool)
        let missing = digests.filter { known[$0.key] == nil }.sorted { $0.key < $1.key }
        guard !missing.isEmpty else { return known }
        // On its own, ahead of the results: tests are never taken back, and two files may bring the same at once.
        try pool.transaction { tx in
            try tx.bulk(
                """
                INSERT INTO tests (id, project_id, kind, identity_sha256, test_key, identity, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE id = id
                """,
                rows: missing.map { identity, digest in
                    [
                        UUIDv7(at: tx.now).sqlValue, project.sqlValue, kind.sqlValue, .bytes(digest),
                        key(of: identity, kind, digest).sqlValue, identity.cut(codePoints: 10_000).sqlValue,
                        tx.now.sqlValue,
                    ]
                })
        }
        known.merge(
            try read(Dictionary(missing, uniquingKeysWith: { first, _ in first }), kind, project, pool)
        ) { first, _ in first }
        return known
    }

    private static func read(
        _ digests: [String: [UInt8]], _ kind: Kind, _ project: ID<Project>, _ pool: Pool
    ) throws -> [String: Known] {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT id, identity_sha256, test_key FROM tests WHERE project_id = \(project) AND kind = \(kind)
                  AND identity_sha256 IN (\(list: digests.values.map { SQLValue.bytes($0) }))
                """)
        }
        let found = Dictionary(
            try rows.map {
                (try $0.bytes("identity_sha256"), Known(id: try $0.uuid("id"), key: try $0.text("test_key")))
            },
            uniquingKeysWith: { first, _ in first })
        return digests.compactMapValues { found[$0] }
    }

    /// A key that people can read and that no other test has: letters and digits of its name, then of its digest.
    static func key(of identity: String, _ kind: Kind, _ digest: [UInt8]) -> String {
        if kind == .suite, TextPattern.key.matches(identity) { return identity }
        var slug = ""
        for byte in identity.utf8.suffix(400) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                slug.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): slug.unicodeScalars.append(Unicode.Scalar(byte + 32))
            default: if !slug.isEmpty, !slug.hasSuffix("-") { slug += "-" }
            }
        }
        while slug.hasSuffix("-") { slug.removeLast() }
        // The end of a name tells more than the package it begins with.
        let tail = slug.utf8.count > 54 ? String(slug.suffix(54).drop { $0 == "-" }) : slug
        return (tail.isEmpty ? "test" : tail) + "-" + hex(digest.prefix(4))
    }
}
