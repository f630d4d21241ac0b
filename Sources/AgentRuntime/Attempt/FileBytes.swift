import Glibc

/// The whole content of a file; nil when it cannot be read or is longer than `maximumBytes`.
func fileBytes(_ path: String, maximumBytes: Int = 256 << 20) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(file, &buffer, buffer.count)
        guard count >= 0, bytes.count + count <= maximumBytes else { return nil }
        if count == 0 { return bytes }
        bytes.append(contentsOf: buffer.prefix(count))
    }
}

/// Writes all bytes; false when the disk does not take them.
func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
    }
    return true
}

/// Replaces a file by one only this user can read; either all of it or nothing is there after a crash.
func replaceFile(_ path: String, with bytes: [UInt8]) -> Bool {
    let temporary = path + ".new"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { return false }
    let isWritten = writeAll(bytes, to: file) && fsync(file) == 0
    close(file)
    return isWritten && rename(temporary, path) == 0
}
