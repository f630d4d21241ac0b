internal import CExpat

/// The encoding that `<?xml … encoding="…"?>` names, and those that expat does not know by itself.
enum XMLDeclaration {
    /// The name in lower case.
    static func encoding(_ head: UnsafeRawBufferPointer) -> String? {
        let start = head.prefix(200)
        guard start.starts(with: Array("<?xml".utf8)), let end = start.firstIndex(of: UInt8(ascii: ">")) else {
            return nil
        }
        let words = String(decoding: start[..<end], as: UTF8.self)
        guard let found = words.firstRange(of: "encoding") else { return nil }
        let rest = words[found.upperBound...].drop { $0 != "\"" && $0 != "'" }
        guard let quote = rest.first else { return nil }
        return String(rest.dropFirst().prefix { $0 != quote }).lowercased()
    }

    /// Windows-1252, and the others that differ from Latin-1 only where the file will not.
    static func fill(_ info: UnsafeMutablePointer<XML_Encoding>?, for name: UnsafePointer<CChar>?) -> Int32 {
        guard let info, let name,
            ["windows-1252", "cp1252", "iso-8859-15"].contains(String(cString: name).lowercased())
        else { return Int32(XML_STATUS_ERROR.rawValue) }
        let isWindows = String(cString: name).lowercased() != "iso-8859-15"
        withUnsafeMutableBytes(of: &info.pointee.map) { raw in
            let map = raw.bindMemory(to: Int32.self)
            for code in 0..<map.count { map[code] = Int32(code) }
            if isWindows {
                for (index, scalar) in windows.enumerated() { map[0x80 + index] = scalar }
            } else {
                for (code, scalar) in latin9 { map[code] = scalar }
            }
        }
        info.pointee.data = nil
        info.pointee.convert = nil
        info.pointee.release = nil
        return Int32(XML_STATUS_OK.rawValue)
    }

    /// 0x80 to 0x9F; the five that mean nothing there stay control characters, as browsers read them.
    private static let windows: [Int32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
        0x9D,
        0x017E, 0x0178,
    ]
    private static let latin9: [(Int, Int32)] = [
        (0xA4, 0x20AC), (0xA6, 0x160), (0xA8, 0x161), (0xB4, 0x17D), (0xB8, 0x17E), (0xBC, 0x152), (0xBD, 0x153),
        (0xBE, 0x178),
    ]
}
