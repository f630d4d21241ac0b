import Synchronization
import Wire

/// The orders that can reach a running attempt from other threads.
final class AttemptControl: Sendable {
    let holding: Holding
    /// Stop, and report it as cancelled.
    let cancel = Latch()
    /// Stop and say nothing: the attempt is not this agent's any more.
    let drop = Latch()
    private let cancelledAtMs = Mutex<Int64?>(nil)

    init(_ holding: Holding) { self.holding = holding }

    /// Monotonic time of the first cancel order.
    var cancelTimeMs: Int64? { cancelledAtMs.withLock { $0 } }

    func orderCancel(atMs now: Int64) {
        cancelledAtMs.withLock { if $0 == nil { $0 = now } }
        cancel.raise()
    }

    func orderDrop() { drop.raise() }
}
