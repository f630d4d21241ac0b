package import Domain
package import MariaDB

/// One owner of a loop among all schedulers: a row changed by compare-and-set; every transaction of the loop touches it.
///
/// Between transactions `Leaderships` renews it, for all loops of a process at once.
package struct LeaderLease: Sendable {
    /// How long a lease lives without a touch.
    package static let leaseMs: Int64 = 3000

    package let name: String
    package let owner: UUIDv7
    package let epoch: Int64

    /// Takes the leadership when it is free, expired or already ours.
    ///
    /// - Returns: nil while somebody else holds it. A new epoch begins unless it was ours.
    package static func acquire(_ name: String, owner: UUIDv7, _ pool: Pool) throws -> LeaderLease? {
        try pool.transaction { tx in
            let until = tx.now.adding(ms: leaseMs)
            try tx.execute(
                """
                INSERT INTO leaderships (name, epoch, owner, lease_until) VALUES (\(name), 0, \(owner), \(tx.now))
                ON DUPLICATE KEY UPDATE name = name
                """)
            // Assignments run left to right: the epoch is decided while `owner` still is the old one.
            let rows = try tx.execute(
                """
                UPDATE leaderships SET epoch = epoch + IF(owner = \(owner) AND epoch > 0, 0, 1), owner = \(owner),
                  lease_until = \(until)
                WHERE name = \(name) AND (owner = \(owner) OR lease_until <= \(tx.now))
                """)
            guard rows == 1, let row = try tx.first("SELECT epoch FROM leaderships WHERE name = \(name)") else {
                return nil
            }
            return LeaderLease(name: name, owner: owner, epoch: try row.int64("epoch"))
        }
    }

    /// Renews the lease inside the loop's transaction, which must be its first write.
    ///
    /// - Throws: `LeadershipLost` when somebody else took over; the transaction rolls back.
    package func touch(_ tx: Transaction) throws {
        let rows = try tx.execute(
            """
            UPDATE leaderships SET lease_until = \(tx.now.adding(ms: LeaderLease.leaseMs))
            WHERE name = \(name) AND owner = \(owner) AND epoch = \(epoch)
            """)
        guard rows == 1 else { throw LeadershipLost(name: name) }
    }

    package init(name: String, owner: UUIDv7, epoch: Int64) {
        self.name = name
        self.owner = owner
        self.epoch = epoch
    }

    /// Gives back at once all that `owner` leads, for a clean stop: the next scheduler need not wait.
    package static func releaseAll(of owner: UUIDv7, _ pool: Pool) throws {
        try pool.transaction { tx in
            try tx.execute(
                "UPDATE leaderships SET lease_until = \(tx.now) WHERE owner = \(owner) AND lease_until > \(tx.now)")
        }
    }
}

/// Another scheduler leads now.
package struct LeadershipLost: Error, Equatable, Sendable {
    package let name: String

    package init(name: String) { self.name = name }
}
