import Glibc
import Synchronization

/// A listening socket on 127.0.0.1 with a free port and one thread per connection.
final class Listener: Sendable {
    let port: Int
    private let descriptor: Int32
    private let open = Mutex<Set<Int32>>([])

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic -> Int32 in
                guard bind(descriptor, generic, length) == 0, listen(descriptor, 64) == 0 else { return -1 }
                return getsockname(descriptor, generic, &length)
            }
        }
        guard result == 0 else { throw DoubleError.cannotListen(errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
    }

    func serve(_ connection: @escaping @Sendable (SocketLine) -> Void) {
        startThread { [self] in
            while true {
                let accepted = accept(descriptor, nil, nil)
                guard accepted >= 0 else { return }
                open.withLock { _ = $0.insert(accepted) }
                startThread { [self] in
                    let line = SocketLine(accepted)
                    connection(line)
                    open.withLock { _ = $0.remove(accepted) }
                }
            }
        }
    }

    /// Cuts all connections that are open now; new ones are still accepted.
    func cutConnections() {
        open.withLock { $0.forEach { shutdown($0, Int32(SHUT_RDWR)) } }
    }

    func stop() {
        shutdown(descriptor, Int32(SHUT_RDWR))
        cutConnections()
    }

    deinit { close(descriptor) }
}

/// A double could not be set up.
package enum DoubleError: Error { case cannotListen(Int32) }

private final class ThreadBody {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Runs `body` on a detached thread of its own.
package func startThread(_ body: @escaping @Sendable () -> Void) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
    pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().run()
            return nil
        }, context)
    pthread_detach(thread)
}
