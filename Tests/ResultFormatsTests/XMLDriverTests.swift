import Testing

@testable import ResultFormats

@Suite struct XMLDriverTests {
    @Test func damageSaysWhereItIsAndKeepsWhatCameBefore() throws {
        let read = Reading(.junit, "<testsuite>\n<testcase name='a'/>\n<testcase name='b'></oops>")
        #expect(read.lines == ["passed a"])
        let ended = try #require(read.ended)
        #expect(ended.code == "damaged_file")
        #expect(ended.line == 3)
        #expect(ended.column == 22)
        #expect(ended.byteOffset == 54)
        #expect(ended.excerpt.contains("</oops>"))
    }

    @Test func aFileThatEndsTooEarlyIsDamaged() {
        let read = Reading(.junit, "<testsuite>\n<testcase name='a'/>\n")
        #expect(read.lines == ["passed a"])
        #expect(read.ended?.code == "damaged_file")
        #expect(read.ended?.line == 3)
    }

    @Test func declarationsAndEntitiesAreRefused() {
        let bomb = "<!DOCTYPE t [<!ENTITY a 'b'>]><testsuite><testcase name='&a;'/></testsuite>"
        #expect(Reading(.junit, bomb).ended?.code == "dtd_refused")
        let outside =
            "<!DOCTYPE t SYSTEM 'file:///etc/passwd'><testsuite><testcase name='a'><failure>&x;</failure></testcase></testsuite>"
        #expect(Reading(.junit, outside).ended?.code == "entity_refused")
        #expect(Reading(.junit, "<testsuite>&x;</testsuite>").ended?.code == "damaged_file")
        let bare =
            "<!DOCTYPE testsuite PUBLIC 'x' 'http://example.org/x.dtd'><testsuite><testcase name='a'/></testsuite>"
        #expect(Reading(.junit, bare).lines == ["passed a"])
    }

    @Test func depthAndTagsHaveALimit() {
        #expect(Reading(.junit, String(repeating: "<testsuite>", count: 300)).ended?.code == "too_deep")
        let tag = "<testsuite name='" + String(repeating: "x", count: 6 << 20) + "'/>"
        #expect(Reading(.junit, tag).ended?.code == "tag_too_long")
    }

    @Test func aLongTextKeepsItsEnds() {
        let text =
            "<testsuite><testcase name='a'><system-out>begin"
            + String(repeating: "é-", count: 2 << 20) + "end</system-out></testcase></testsuite>"
        let output = Reading(.junit, text).results.first?.standardOutput ?? ""
        #expect(output.hasPrefix("begin") && output.hasSuffix("end"))
        #expect(output.utf8.count <= CappedText.usualLimit + 64)
        #expect(output.contains("bytes left out"))
        #expect(!output.contains("\u{FFFD}"))
    }

    static let words = "<testsuite name='s'><testcase name='Grüße €'/></testsuite>"

    @Test(arguments: ["UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-8"], [true, false])
    func wideEncodingsAreReadWithAndWithoutMark(_ name: String, _ hasMark: Bool) {
        let text = (hasMark ? "\u{FEFF}" : "") + "<?xml version='1.0' encoding='utf-16'?>" + Self.words
        let bytes = encode(text, name)
        #expect(DetectFormat.detect(bytes) == .junit)
        #expect(Reading(.junit, bytes).lines == ["passed Grüße €"])
        #expect(Reading(.junit, bytes, piece: 1).lines == ["passed Grüße €"])
    }

    @Test(arguments: [("windows-1252", 0x80), ("ISO-8859-15", 0xA4)] as [(String, UInt8)])
    func declaredEncodingsAreRead(_ name: String, _ euro: UInt8) {
        let head = "<?xml version='1.0' encoding='\(name)'?><testsuite><testcase name='caf"
        let bytes = Array(head.utf8) + [0xE9, euro] + Array("'/></testsuite>".utf8)
        #expect(Reading(.junit, bytes).lines == ["passed café€"])
    }

    @Test func latin1IsRead() {
        let head = "<?xml version='1.0' encoding='ISO-8859-1'?><testsuite><testcase name='caf"
        #expect(Reading(.junit, Array(head.utf8) + [0xE9] + Array("'/></testsuite>".utf8)).lines == ["passed café"])
    }

    @Test func aMarkMovesTheOffsetOfDamage() {
        let plain = Reading(.junit, "<testsuite><x></testsuite>").ended?.byteOffset
        let marked = Reading(.junit, [0xEF, 0xBB, 0xBF] + Array("<testsuite><x></testsuite>".utf8)).ended?.byteOffset
        #expect(marked == plain.map { $0 + 3 })
    }

    private func encode(_ text: String, _ name: String) -> [UInt8] {
        func bytes(_ value: UInt32, _ count: Int) -> [UInt8] {
            let little = (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
            return name.hasSuffix("BE") ? little.reversed() : little
        }
        if name == "UTF-8" { return Array(text.utf8) }
        if name.hasPrefix("UTF-16") { return text.utf16.flatMap { bytes(UInt32($0), 2) } }
        return text.unicodeScalars.flatMap { bytes($0.value, 4) }
    }
}
