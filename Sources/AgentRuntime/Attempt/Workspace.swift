import FoundationEssentials
import Glibc

/// The directories of one attempt: fresh at its start, gone after its end.
struct Workspace {
    let root: String
    /// `HOME` and working directory of commands.
    var home: String { root + "/home" }
    var temporary: String { root + "/tmp" }
    /// What is to be uploaded; out of reach of relative paths in commands.
    var artifacts: String { root + "/artifacts" }

    /// Makes the directories, empty, readable only by this user.
    init(root: String) throws(PreconditionFailure) {
        self.root = root
        remove()
        for directory in [home, temporary, artifacts] {
            do {
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            } catch {
                throw PreconditionFailure("cannot make the workspace '\(directory)'")
            }
        }
    }

    func remove() { removeTree(root) }

    /// Opens a file without a name that holds `text`, as standard input: no one has to feed a command while it runs.
    /// The caller closes it.
    func inputFile(_ text: String) throws(PreconditionFailure) -> Int32 {
        guard !text.isEmpty else { return open("/dev/null", O_RDONLY | O_CLOEXEC) }
        let path = artifacts + "/stdin"
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PreconditionFailure("cannot write the standard input: \(errorText(errno))") }
        unlink(path)
        guard writeAll(Array(text.utf8), to: file), lseek(file, 0, SEEK_SET) == 0 else {
            close(file)
            throw PreconditionFailure("cannot write the standard input")
        }
        return file
    }

    /// The directory that `cwd` of a step means: relative to `home`, which it must not leave, or absolute.
    func directory(_ cwd: String?) throws(PreconditionFailure) -> String {
        guard let cwd, !cwd.isEmpty, cwd != "." else { return home }
        if cwd.hasPrefix("/") { return cwd }
        guard !cwd.split(separator: "/").contains("..") else {
            throw PreconditionFailure("the directory '\(cwd)' is outside the workspace")
        }
        return home + "/" + cwd
    }
}

/// Removes a directory with all in it, also what a test left without permissions.
func removeTree(_ path: String) {
    guard access(path, F_OK) == 0 else { return }
    if (try? FileManager.default.removeItem(atPath: path)) != nil { return }
    openDirectories(path)
    try? FileManager.default.removeItem(atPath: path)
}

private func openDirectories(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return }
    chmod(path, 0o700)
    for name in directoryEntries(path) { openDirectories(path + "/" + name) }
}

/// Names in a directory, sorted; empty when it cannot be read.
func directoryEntries(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
}

/// Makes a directory and those above it, readable only by this user.
func makeDirectory(_ path: String) throws(PreconditionFailure) {
    do {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
        throw PreconditionFailure("cannot make the directory '\(path)'")
    }
}
