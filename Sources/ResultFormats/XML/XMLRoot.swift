/// The first element of a document, found without reading the rest.
struct XMLRoot {
    /// Without its namespace.
    let name: String
    /// All that stands between its brackets.
    let tag: String

    static func find(in head: UnsafeRawBufferPointer) -> XMLRoot? {
        var position = 0
        while let open = head.offset(of: "<", from: position) {
            let rest = head[open...]
            let end: Int?
            if rest.starts(with: Array("<!--".utf8)) {
                end = head.offset(of: "-->", from: open + 4)
            } else if rest.starts(with: Array("<?".utf8)) {
                end = head.offset(of: "?>", from: open + 2)
            } else if rest.starts(with: Array("<!".utf8)) {
                end = head.offset(of: ">", from: open)
            } else {
                return element(rest.dropFirst())
            }
            guard let end else { return nil }
            position = end
        }
        return nil
    }

    private static func element(_ rest: Slice<UnsafeRawBufferPointer>) -> XMLRoot {
        let inside = rest.prefix { $0 != UInt8(ascii: ">") }
        let name = String(decoding: inside.prefix { $0 > 0x20 && $0 != UInt8(ascii: "/") }, as: UTF8.self)
        return XMLRoot(
            name: name.split(separator: ":").last.map(String.init) ?? "",
            tag: String(decoding: inside.prefix(4096), as: UTF8.self))
    }
}
