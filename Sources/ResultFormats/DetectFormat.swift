/// Tells a format by the beginning of a file, never by its name.
package enum DetectFormat {
    /// What is looked at; a caller may give more.
    package static let headBytes = 64 * 1024

    /// The format of a file that begins with these bytes; nil when it is none of ours, also for `{}`, `[]` and nothing.
    package static func detect(_ head: UnsafeRawBufferPointer) -> ResultFormat? {
        let head = UnsafeRawBufferPointer(rebasing: head.prefix(headBytes))
        let (encoding, markBytes) = Encoding.of(head)
        let plain = UnsafeRawBufferPointer(rebasing: head.dropFirst(markBytes))
        guard var transcoder = Transcoder(encoding) else { return detectUTF8(plain) }
        var text: [UInt8] = []
        transcoder.append(plain, to: &text)
        return text.withUnsafeBytes { detectUTF8($0) }
    }

    private static func detectUTF8(_ head: UnsafeRawBufferPointer) -> ResultFormat? {
        guard let first = head.first(where: { $0 > 0x20 }) else { return nil }
        switch first {
        case UInt8(ascii: "<"): return XMLRoot.find(in: head).flatMap(DetectXML.format)
        case UInt8(ascii: "{"), UInt8(ascii: "["): return DetectJSON.format(head)
        default: return DetectText.format(head)
        }
    }
}

enum DetectXML {
    static func format(_ root: XMLRoot) -> ResultFormat? {
        switch root.name {
        case "testsuites", "testsuite": .junit
        case "TestRun": .trx
        case "test-run", "test-results": .nunit
        case "test-suite": root.tag.contains("allure") ? .allure : .nunit
        case "assemblies", "assembly": .xunit
        case "robot": .robot
        default: nil
        }
    }
}

enum DetectText {
    /// TAP: by its version, else by the first line that is neither empty nor a comment.
    static func format(_ head: UnsafeRawBufferPointer) -> ResultFormat? {
        var isFirst = true
        for line in head.split(whereSeparator: { $0 == 10 || $0 == 13 }) {
            let text = String(decoding: line.prefix(200), as: UTF8.self)
            if text.hasPrefix("TAP version 1") { return .tap }
            guard isFirst, text.utf8.contains(where: { $0 > 0x20 }), !text.hasPrefix("#") else { continue }
            isFirst = false
            if text.wholeMatch(of: /(not )?ok(\s.*)?|1\.\.\d+\s*(#.*)?|Bail out!.*/) != nil { return .tap }
        }
        return nil
    }
}
