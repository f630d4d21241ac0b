import Glibc

/// Writes a file that somebody named.
func writeFile(_ bytes: [UInt8], to path: String) throws(ClientError) {
    guard let file = fopen(path, "w") else {
        throw ClientError("cannot write '\(path)': \(String(cString: strerror(errno)))")
    }
    let count = fwrite(bytes, 1, bytes.count, file)
    guard fclose(file) == 0, count == bytes.count else {
        throw ClientError("cannot write '\(path)': \(String(cString: strerror(errno)))")
    }
}
