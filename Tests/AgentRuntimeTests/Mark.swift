import Doubles
import Synchronization

/// A moment another thread notes.
final class Mark: Sendable {
    private let time = Mutex<Int?>(nil)

    func set() { time.withLock { $0 = Doubles.Bell.nowMs() } }

    var isSet: Bool { time.withLock { $0 } != nil }
    var elapsedMs: Int { Doubles.Bell.nowMs() - (time.withLock { $0 } ?? 0) }
}
