/// Reads work the same inside and outside a transaction.
package protocol Queries {
    /// Every row that `sql` answers.
    func query(_ sql: SQL) throws(DatabaseError) -> [Row]
}

extension Connection: Queries {}
extension Transaction: Queries {}
