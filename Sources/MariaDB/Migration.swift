import Glibc

/// One file `NNNN-name.sql` of the migrations directory.
struct Migration: Equatable, Sendable {
    let version: Int
    let name: String
    let text: String

    /// The statements in order: each ends with a line whose text ends in `;`. Comment lines are left out.
    var statements: [String] {
        var statements: [String] = []
        var current = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let code = Self.withoutComment(line)
            if code.isEmpty { continue }
            current += current.isEmpty ? code : "\n" + code
            guard current.hasSuffix(";") else { continue }
            statements.append(String(current.dropLast()))
            current = ""
        }
        return current.isEmpty ? statements : statements + [current]
    }

    /// The line without ` -- comment` and without surrounding space.
    private static func withoutComment(_ line: Substring) -> String {
        let bytes = Array(line.utf8)
        var end = bytes.count
        var quote: UInt8?
        for (offset, byte) in bytes.enumerated() {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                quote = byte
            } else if bytes[offset...].starts(with: Array("--".utf8)),
                offset == 0 || isSpace(bytes[offset - 1]), offset + 2 == bytes.count || isSpace(bytes[offset + 2])
            {
                end = offset
                break
            }
        }
        let code = bytes[..<end]
        let start = code.firstIndex { !isSpace($0) } ?? end
        let last = code.lastIndex { !isSpace($0) } ?? start
        return start < end ? String(decoding: code[start...last], as: UTF8.self) : ""
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
}

extension Migration {
    /// The migrations of `directory` by ascending version; files of other names are left alone.
    /// - Throws: `.migration` for an unreadable directory or file, or a version given twice.
    static func all(in directory: String) throws(DatabaseError) -> [Migration] {
        var migrations: [Migration] = []
        for file in try fileNames(in: directory) {
            guard file.hasSuffix(".sql"), let dash = file.firstIndex(of: "-"), let version = Int(file[..<dash]) else {
                continue
            }
            let name = String(file[file.index(after: dash)...].dropLast(4))
            let text = try contents(of: directory + "/" + file)
            migrations.append(Migration(version: version, name: name, text: text))
        }
        migrations.sort { $0.version < $1.version }
        for (left, right) in zip(migrations, migrations.dropFirst()) where left.version == right.version {
            throw .migration("version \(left.version) is both \(left.name) and \(right.name)")
        }
        return migrations
    }

    private static func fileNames(in directory: String) throws(DatabaseError) -> [String] {
        guard let stream = opendir(directory) else { throw .migration("cannot read the directory \(directory)") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                })
        }
        return names
    }

    private static func contents(of path: String) throws(DatabaseError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .migration("cannot read \(path)") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            guard count > 0 else { throw .migration("cannot read \(path)") }
            bytes += buffer.prefix(count)
        }
    }
}
