/// Marks that tests print for the files they leave: `[[ATTACHMENT|path]]`, alone on a line or not.
enum AttachmentMarks {
    private static let opening: StaticString = "[[ATTACHMENT|"

    static func paths(in text: String) -> [String] {
        var text = text
        return text.withUTF8 { utf8 in
            let bytes = UnsafeRawBufferPointer(utf8)
            var found: [String] = []
            var position = 0
            while let mark = bytes.offset(of: opening, from: position) {
                let start = mark + opening.utf8CodeUnitCount
                guard let end = bytes.offset(of: "]]", from: start) else { break }
                let path = String(decoding: bytes[start..<end], as: UTF8.self)
                if !path.isEmpty, !path.utf8.contains(10) { found.append(path) }
                position = end + 2
            }
            return found
        }
    }

    /// The name of the file, whichever way its system writes paths.
    static func lastPart(of path: String) -> String {
        path.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? path
    }
}
