import Domain
package import MariaDB

/// Records what a loop stepped over for good: an item that comes by again by itself, such as a rule at its next verdict.
package struct SetAsideNotes: Sendable {
    private let loop: String
    private let pool: Pool

    package init(loop: String, pool: Pool) {
        self.loop = loop
        self.pool = pool
    }

    /// Writes the failure; a database that cannot be reached loses the note, not the work.
    package func note(_ item: String, _ error: any Error) {
        var aside = SetAside(loop: loop, pool: pool)
        try? aside.record(item.cut(codePoints: 128), project: nil, detail: .null, error: error, monotonicMs: 0)
    }
}
