import Glibc

/// A blocking TCP connection for doubles.
final class SocketLine {
    let descriptor: Int32
    private var buffered: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// The next line without its end; nil at the end of the connection.
    func readLine() -> String? {
        while true {
            if let end = buffered.firstIndex(of: 10) {
                var line = Array(buffered[..<end])
                buffered.removeFirst(end + 1)
                if line.last == 13 { line.removeLast() }
                return String(decoding: line, as: UTF8.self)
            }
            guard fill() else { return nil }
        }
    }

    func read(_ count: Int) -> [UInt8]? {
        while buffered.count < count {
            guard fill() else { return nil }
        }
        let bytes = Array(buffered.prefix(count))
        buffered.removeFirst(count)
        return bytes
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffered.append(contentsOf: chunk.prefix(count))
        return true
    }

    /// False when the peer is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Blocks until the peer closes.
    func waitForClose() {
        while fill() { buffered.removeAll() }
    }
}
