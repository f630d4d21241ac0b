import Glibc
import Synchronization

/// Wakes the processes of a kind after a COMMIT, so that nobody waits for the next poll. Never blocks. Any thread.
///
/// A bell is a hint: it may be lost, and the next poll then finds the work.
package final class Doorbell: Sendable {
    private let directory: String
    private let socket: Int32
    private let known = Mutex(Known())

    private struct Known {
        var paths: [String: [String]] = [:]
        var readAtMs: Int64?
    }

    /// How long the list of sockets is trusted.
    private static let rereadMs: Int64 = 1000

    /// - Parameter directory: `$ASSAY_HOME/bells`.
    package init(directory: String) {
        self.directory = directory
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    deinit { close(socket) }

    /// Rings every process that listens for `kind`.
    package func ring(_ kind: BellKind) {
        for path in paths(of: kind) { send(to: path) }
    }

    private func paths(of kind: BellKind) -> [String] {
        known.withLock { known in
            let now = SystemClock.monotonicMs()
            if known.readAtMs.map({ now - $0 >= Self.rereadMs }) ?? true {
                known.paths = Dictionary(grouping: names(), by: { String($0.prefix { $0 != "." }) })
                known.readAtMs = now
            }
            return known.paths[kind.rawValue, default: []].map { directory + "/" + $0 }
        }
    }

    private func names() -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    private func send(to path: String) {
        guard let address = UnixAddress(path) else { return }
        var byte: UInt8 = 1
        let sent = address.withSocketAddress { sendto(socket, &byte, 1, Int32(MSG_DONTWAIT), $0, $1) }
        // Refused: its process is gone without unlinking. A full queue is fine: that process is awake.
        if sent < 0, errno == ECONNREFUSED { unlink(path) }
    }
}

/// Who can be rung: each loop of the scheduler that waits for others' work, and the events role.
package enum BellKind: String, Sendable, CaseIterable {
    case engine, suites, folds, alerts, subscriptions, deliveries, events
}
