import Glibc

/// Writes a whole file in one step: readers see the old text or the new one.
func writeFile(_ path: String, _ text: String, mode: mode_t) throws {
    let draft = path + ".new"
    let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC, mode)
    guard file >= 0 else { throw UpError("cannot write \(path): \(String(cString: strerror(errno)))") }
    let bytes = Array(text.utf8)
    let written = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
    fchmod(file, mode)
    close(file)
    guard written == bytes.count, rename(draft, path) == 0 else { throw UpError("cannot write \(path)") }
}

/// The text of a small file, nil when it cannot be read.
func readFile(_ path: String) -> String? {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while case let count = read(file, &chunk, chunk.count), count > 0 { bytes += chunk.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Makes one directory with exactly this mode and owner, or takes the one that is there if it is ours.
func makeDirectory(_ path: String, mode: mode_t, owner: SystemUser? = nil) throws {
    func failed() -> UpError { UpError("cannot use directory \(path): \(String(cString: strerror(errno)))") }
    if mkdir(path, mode) != 0, errno != EEXIST { throw failed() }
    let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw failed() }
    defer { close(directory) }
    let wanted = owner ?? SystemUser.current()
    if getuid() == 0, fchown(directory, wanted.uid, wanted.gid) != 0 { throw failed() }
    // Refused when it belongs to somebody else.
    guard fchmod(directory, mode) == 0 else { throw failed() }
}

func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The absolute form of a path that exists.
func absolute(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
}

/// The first of the usual places that holds this program.
func findProgram(_ name: String) -> String? {
    ["/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/", "/sbin/", "/bin/"]
        .map { $0 + name }.first { access($0, X_OK) == 0 }
}

/// The names in a directory, sorted; empty when it cannot be read.
func listDirectory(_ path: String) -> [String] {
    guard let stream = opendir(path) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
}
