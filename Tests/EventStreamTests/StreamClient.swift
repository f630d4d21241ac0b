import EventStream
import FastCGI
import Glibc
import Synchronization

/// The far end of one stream: records in, text out.
final class StreamClient: Sendable {
    let descriptor: Int32
    let handle: StreamHandle
    // The beginning of a record whose rest has not arrived.
    private let partial = Mutex<[UInt8]>([])

    init() {
        var pair: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
        _ = fcntl(pair[0], F_SETFL, fcntl(pair[0], F_GETFL) | O_NONBLOCK)
        _ = fcntl(pair[1], F_SETFL, fcntl(pair[1], F_GETFL) | O_NONBLOCK)
        handle = StreamHandle(descriptor: pair[0], requestID: 1)
        descriptor = pair[1]
    }

    deinit { close(descriptor) }

    /// Everything that has arrived, without the framing; and whether the request has ended.
    func received() -> (text: String, hasEnded: Bool) {
        var bytes = partial.withLock { $0 }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk.prefix(count))
        }
        var text: [UInt8] = []
        var rest = bytes[...]
        var hasEnded = false
        while rest.count >= 8 {
            let header = Array(rest.prefix(8))
            let length = Int(header[4]) << 8 + Int(header[5])
            guard rest.count >= 8 + length else { break }
            if header[1] == 6 { text.append(contentsOf: rest.dropFirst(8).prefix(length)) }
            if header[1] == 3 { hasEnded = true }
            rest = rest.dropFirst(8 + length)
        }
        partial.withLock { $0 = Array(rest) }
        return (String(decoding: text, as: UTF8.self), hasEnded)
    }
}

/// One Server-Sent Event as a browser sees it.
struct SeenEvent: Hashable {
    var id: String?
    var type = "message"
    var data = ""

    static func all(in text: String) -> [SeenEvent] {
        text.split(separator: "\n\n").compactMap { block in
            var event = SeenEvent()
            for line in block.split(separator: "\n") {
                if line.hasPrefix("id: ") { event.id = String(line.dropFirst(4)) }
                if line.hasPrefix("event: ") { event.type = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { event.data = String(line.dropFirst(6)) }
            }
            return event.data.isEmpty ? nil : event
        }
    }
}
