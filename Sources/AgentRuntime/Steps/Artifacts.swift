import Glibc

/// Copies what a step's globs name into the artifact directory, redacted and capped.
struct ArtifactCollector {
    static let maximumPerStep = 100
    static let capBytes: Int64 = 64 << 20

    let scope: StepScope

    /// The files that match, in path order; a pattern that leaves the directory is an error.
    func collect(_ patterns: [String], in directory: String) throws(PreconditionFailure) -> [ArtifactFile] {
        var paths: Set<String> = []
        for pattern in patterns {
            let parts = pattern.split(separator: "/").map(String.init)
            guard !pattern.hasPrefix("/"), !parts.contains("..") else {
                throw PreconditionFailure("the artifact pattern '\(pattern)' is outside the workspace")
            }
            paths.formUnion(matches(parts[...], in: directory, prefix: ""))
        }
        var files: [ArtifactFile] = []
        for path in paths.sorted().prefix(Self.maximumPerStep) {
            if let file = copy(directory + "/" + path, as: artifactName(scope.redact(path), scope.sequence)) {
                files.append(file)
            }
        }
        return files
    }

    private func matches(_ parts: ArraySlice<String>, in directory: String, prefix: String) -> Set<String> {
        guard let first = parts.first else { return [] }
        let rest = parts.dropFirst()
        var found: Set<String> = []
        if first == "**" { found.formUnion(matches(rest, in: directory, prefix: prefix)) }
        for name in directoryEntries(directory) {
            let path = directory + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            if first == "**" {
                if isDirectory { found.formUnion(matches(parts, in: path, prefix: prefix + name + "/")) }
            } else if fnmatch(first, name, FNM_PERIOD) == 0 {
                if isDirectory { found.formUnion(matches(rest, in: path, prefix: prefix + name + "/")) }
                if rest.isEmpty, status.st_mode & S_IFMT == S_IFREG { found.insert(prefix + name) }
            }
        }
        return found
    }

    private func copy(_ source: String, as name: String) -> ArtifactFile? {
        // Not through a link: it could lead out of the workspace between the look and the open.
        let input = open(source, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard input >= 0 else { return nil }
        defer { close(input) }
        let path = scope.workspace.artifacts + "/" + name
        let output = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard output >= 0 else { return nil }
        defer { close(output) }
        var redactor = Redactor(scope.forms)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var written: Int64 = 0
        var dropped: Int64 = 0
        func keep(_ bytes: [UInt8]) {
            let part = Array(bytes.prefix(Int(max(0, Self.capBytes - written))))
            if writeAll(part, to: output) { written += Int64(part.count) }
            dropped += Int64(bytes.count - part.count)
        }
        while true {
            let count = read(input, &buffer, buffer.count)
            guard count > 0 else { break }
            keep(buffer.withUnsafeBytes { redactor.feed(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) })
        }
        keep(redactor.finish())
        return ArtifactFile(name: name, path: path, droppedBytes: dropped, mediaType: mediaType(of: name))
    }
}

/// One safe path segment for a file: `step-3-reports_junit.xml`.
func artifactName(_ path: String, _ sequence: Int) -> String {
    let safe = path.utf8.map { byte -> Character in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"):
            Character(Unicode.Scalar(byte))
        default: "_"
        }
    }
    return "step-\(sequence)-" + String(safe.suffix(150))
}

func mediaType(of name: String) -> String {
    switch name.split(separator: ".").last?.lowercased() ?? "" {
    case "txt", "log", "md", "csv": "text/plain; charset=utf-8"
    case "json": "application/json"
    case "xml": "application/xml"
    case "html", "htm": "text/html; charset=utf-8"
    case "png": "image/png"
    case "jpg", "jpeg": "image/jpeg"
    case "gif": "image/gif"
    case "svg": "image/svg+xml"
    case "pdf": "application/pdf"
    case "zip": "application/zip"
    case "gz", "tgz": "application/gzip"
    default: "application/octet-stream"
    }
}
