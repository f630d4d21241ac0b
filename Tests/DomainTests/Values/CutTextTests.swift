import Domain
import Testing

@Suite struct CutTextTests {
    /// One character for a reader, several code points for a column.
    static let wide = ["\r\n", "👩‍👩‍👧‍👦", "क्षि", "e\u{301}\u{302}", "🇩🇪", "a", "é"]

    @Test(arguments: wide) func `a cut text has no more code points than a column takes`(character: String) {
        let text = String(repeating: character, count: 600)
        for limit in [0, 1, 31, 32, 33, 255, 500] {
            let kept = text.cut(codePoints: limit)
            #expect(kept.unicodeScalars.count == limit)
            #expect(Array(text.unicodeScalars).starts(with: Array(kept.unicodeScalars)))
        }
        #expect(text.cut(codePoints: 100_000) == text)
        #expect(text.cut(codePoints: -1) == "")
    }

    @Test(arguments: wide) func `a cut text has no more bytes, and no half code point`(character: String) {
        let text = String(repeating: character, count: 600)
        for limit in [0, 1, 2, 3, 4, 31, 32, 33, 255, 500] {
            let kept = text.cut(bytes: limit)
            #expect(kept.utf8.count <= limit && kept.utf8.count > limit - 4)
            #expect(Array(text.utf8).starts(with: Array(kept.utf8)))
            #expect(!kept.unicodeScalars.contains("\u{FFFD}"))
        }
        #expect(text.cut(bytes: 100_000) == text)
    }
}
