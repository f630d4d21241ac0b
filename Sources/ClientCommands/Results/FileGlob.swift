import Glibc

/// Finds files by a pattern as shells know it, with `**` for any number of directories.
enum FileGlob {
    /// Paths in order; a path without a wildcard stands for itself. Symbolic links are followed to files, not to
    /// directories.
    static func files(_ pattern: String) -> [String] {
        guard pattern.contains(where: { "*?[".contains($0) }) else { return [pattern] }
        let parts = pattern.split(separator: "/").map(String.init)
        let start = pattern.hasPrefix("/") ? "/" : ""
        return matches(parts[...], in: start).sorted()
    }

    /// `directory` is empty for the current one, else ends with a slash.
    private static func matches(_ parts: ArraySlice<String>, in directory: String) -> Set<String> {
        guard let first = parts.first else { return [] }
        let rest = parts.dropFirst()
        var found: Set<String> = []
        if first == "**" { found.formUnion(matches(rest, in: directory)) }
        for name in entries(directory.isEmpty ? "." : directory) {
            let path = directory + name
            var status = stat()
            guard lstat(path, &status) == 0 else { continue }
            let isDirectory = status.st_mode & S_IFMT == S_IFDIR
            if first == "**" {
                if isDirectory, !name.hasPrefix(".") { found.formUnion(matches(parts, in: path + "/")) }
            } else if fnmatch(first, name, FNM_PERIOD) == 0 {
                if isDirectory { found.formUnion(matches(rest, in: path + "/")) }
                if rest.isEmpty, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG { found.insert(path) }
            }
        }
        return found
    }

    private static func entries(_ directory: String) -> [String] {
        guard let handle = opendir(directory) else { return [] }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
