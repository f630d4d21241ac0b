/// A hash of what the pages' files hold, which their addresses carry: whatever changes in one of them, all get new addresses.
struct WebVersion {
    /// 16 hexadecimal digits.
    let text: String

    /// Reads every file below `folder`, in the order of their paths; about half a megabyte.
    init(of folder: String) {
        var hash = Hash()
        WebVersion.add(folder, to: &hash)
        let digits = String(hash.value, radix: 16)
        text = String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func add(_ path: String, to hash: inout Hash) {
        let names = listDirectory(path)
        for name in names {
            hash.add(name)
            add(path + "/" + name, to: &hash)
        }
        if names.isEmpty { hash.add(readFile(path) ?? "") }
    }

    /// FNV-1a, 64 bits: it tells versions apart and guards nothing.
    private struct Hash {
        var value: UInt64 = 0xcbf2_9ce4_8422_2325

        mutating func add(_ text: String) {
            for byte in text.utf8 { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
    }
}
