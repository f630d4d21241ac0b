/// Proves the leadership of a loop inside one of its transactions: touches its row or throws.
package typealias LeaseTouch = (Transaction) throws -> Void
