import CSpawn
import Glibc
import Synchronization
import Transfer

/// A flag that is raised once and stays up; can be polled like a descriptor and aborts exchanges.
final class Latch: Sendable {
    private struct State {
        var isUp = false
        var aborts: [AbortSwitch] = []
    }

    /// Readable for ever once the latch is up.
    let descriptor: Int32
    private let writeEnd: Int32
    private let state = Mutex(State())

    init() {
        var ends: [Int32] = [-1, -1]
        _ = assay_pipe(&ends)
        descriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    var isUp: Bool { state.withLock { $0.isUp } }

    /// True the first time. Any thread.
    @discardableResult
    func raise() -> Bool {
        let aborts: [AbortSwitch]? = state.withLock { state in
            guard !state.isUp else { return nil }
            state.isUp = true
            return state.aborts
        }
        guard let aborts else { return false }
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
        aborts.forEach { $0.abort() }
        return true
    }

    /// Makes the latch throw `abort` too, at once when it is already up.
    func attach(_ abort: AbortSwitch) {
        let isUp = state.withLock { state in
            state.aborts.append(abort)
            return state.isUp
        }
        if isUp { abort.abort() }
    }

    func detach(_ abort: AbortSwitch) {
        state.withLock { $0.aborts.removeAll { $0 === abort } }
    }
}
