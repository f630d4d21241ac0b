import WebFiles

/// The files of the pages: where they are written, what browsers get of them, and under which address.
struct WebFolder {
    /// A hash of all files, which addresses carry: whatever changes in one of them, all get new addresses. 16 hexadecimal digits.
    let version: String
    private let files: [String: String]

    /// Reads every file below `folder`; about half a megabyte.
    init(_ folder: String) {
        var (found, hash): ([String: String], Hash) = ([:], Hash())
        WebFolder.read(folder, "", into: &found, &hash)
        let digits = String(hash.value, radix: 16)
        version = String(repeating: "0", count: 16 - digits.count) + digits
        files = found
    }

    /// Writes what is served in place of the files themselves into `place`, where nginx looks first.
    func write(to place: String) throws {
        do {
            for (path, text) in try WebEdition(files, version: version).files {
                for folder in folders(of: path) { try makeDirectory("\(place)/\(folder)", mode: 0o755) }
                try writeFile("\(place)/\(path)", text, mode: 0o644)
            }
        } catch let fault as WebFault {
            throw UpError("the pages cannot be made ready: \(fault)")
        }
    }

    /// `js` and `js/pages` of `js/pages/runs.js`.
    private func folders(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { parts[...$0].joined(separator: "/") }
    }

    private static func read(_ folder: String, _ path: String, into files: inout [String: String], _ hash: inout Hash) {
        let names = listDirectory(folder)
        for name in names {
            hash.add(name)
            read("\(folder)/\(name)", path.isEmpty ? name : "\(path)/\(name)", into: &files, &hash)
        }
        guard names.isEmpty else { return }
        let text = readFile(folder) ?? ""
        hash.add(text)
        files[path] = text
    }

    /// FNV-1a, 64 bits: it tells versions apart and guards nothing.
    private struct Hash {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ text: String) {
            for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
    }
}
