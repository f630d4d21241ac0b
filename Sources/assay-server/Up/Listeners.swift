import Glibc

/// Makes a listening unix socket that a restarted role inherits, so callers wait instead of being refused.
///
/// The backlog is long because nginx answers 502 at once when it overflows.
func listenUnix(_ path: String) throws -> Int32 {
    guard path.utf8.count <= 107 else { throw UpError("socket path is longer than 107 bytes: \(path)") }
    unlink(path)
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw UpError("no socket: \(String(cString: strerror(errno)))") }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let bound = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
    }
    guard bound == 0, chmod(path, 0o660) == 0, listen(listener, 4096) == 0 else {
        throw UpError("cannot listen on \(path): \(String(cString: strerror(errno)))")
    }
    return listener
}

/// Whether somebody accepts connections on this unix socket.
func answersUnix(_ path: String) -> Bool {
    guard path.utf8.count <= 107 else { return false }
    let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(probe, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
        }
    }
}

/// Whether this port can be taken now; true for an address that is no IPv4 number, which nginx judges itself.
func isFree(_ host: String, port: Int) -> Bool {
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(probe) }
    var yes: Int32 = 1
    setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    guard var address = socketAddress(host, port: port) else { return true }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}

/// An IPv4 address and port as the socket calls want it; nil when the text is none.
func socketAddress(_ text: String, port: Int) -> sockaddr_in? {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(clamping: port)).bigEndian
    return inet_pton(AF_INET, text, &address.sin_addr) == 1 ? address : nil
}
