import Domain
import MariaDB

/// Keeps the first answer of a POST for 48 hours, in the transaction of what it protects.
enum Idempotency {
    /// The earlier result under this key, nil when the key is new.
    static func replay(_ key: IdempotencyKey?, _ tx: Transaction) throws -> StartResult? {
        guard let key,
            let row = try tx.first(
                """
                SELECT body_sha256, resource_id FROM idempotency_keys
                WHERE principal_id = \(key.principal) AND idem_key = \(key.key)
                """)
        else { return nil }
        guard try row.bytes("body_sha256") == key.bodySHA256, let id: ID<Execution> = try row.idOrNil("resource_id")
        else {
            throw ExecutionFault.idempotencyConflict
        }
        return StartResult(id: id, isReplay: true)
    }

    static func record(_ key: IdempotencyKey?, resource: ID<Execution>, _ tx: Transaction) throws {
        guard let key else { return }
        try tx.execute(
            """
            INSERT INTO idempotency_keys (principal_id, idem_key, body_sha256, response_status, resource_id, created_at)
            VALUES (\(key.principal), \(key.key), \(key.bodySHA256), 201, \(resource), \(tx.now))
            """)
    }
}
