import Testing

@testable import Executions

@Suite struct LineSearchTests {
    private func found(_ needle: String, _ pieces: [String], isExact: Bool = false, limit: Int = 10) -> LineSearch {
        var search = LineSearch(needle, isExact: isExact, limit: limit)
        for piece in pieces { search.add(piece) }
        search.end()
        return search
    }

    @Test func `each occurrence counts and each line is named once`() {
        let search = found("ab", ["ab x AB\nnothing\nxab", "ab\n", "a", "b"])
        #expect(search.matches == 5 && search.lines == 3)
        #expect(search.hits.map(\.line) == [1, 3, 4])
        #expect(search.hits.map(\.text) == ["ab x AB", "xabab", "ab"])
        #expect(found("ab", ["ab x AB\n"], isExact: true).matches == 1)
        #expect(found("aa", ["aaaaa"]).matches == 2)
        #expect(found("É", ["é É\n"]).matches == 1)
    }

    @Test func `all are counted and some are shown`() {
        let search = found("x", Array(repeating: "x\n", count: 50), limit: 3)
        #expect(search.matches == 50 && search.lines == 50 && search.hits.count == 3)
    }

    @Test func `colours do not hide a text`() {
        let search = found("error: no", ["\u{1b}[31merr\u{1b}[1mor\u{1b}[0m: \u{1b}]0;title\u{7}no\n"])
        #expect(search.hits == [LineSearch.Hit(line: 1, text: "error: no")])
    }

    @Test func `behind missing bytes there is no line number`() {
        var search = LineSearch("x", isExact: false, limit: 10)
        search.add("x\nx")
        search.skip()
        search.add("x\nx\n")
        search.end()
        search.add("x")
        search.end()
        #expect(search.hits.map(\.line) == [1, 2, nil, nil, 1])
    }

    @Test(arguments: [1, 2, 7, 64 << 10])
    func `a line without an end is searched as a whole, in bounded memory`(needleBytes: Int) {
        let needle = String(repeating: "n", count: needleBytes - 1) + "!"
        let filler = String(repeating: ".", count: 50_001)
        var search = LineSearch(needle, isExact: true, limit: 10)
        for _ in 0..<12 { search.add(filler + needle) }
        search.add("\nlast " + needle)
        search.end()
        #expect(search.matches == 13 && search.lines == 2)
        #expect(search.hits.map(\.line) == [1, 2])
    }

    @Test func `a long line is shown around the text`() {
        let text = String(repeating: "é", count: 1_000)
        let search = found("here", [text + "here" + text])
        let shown = search.hits.first?.text ?? ""
        #expect(shown.contains("here") && shown.hasPrefix("…é") && shown.hasSuffix("é…"))
        #expect(shown.utf8.count < 420 && !shown.contains("\u{FFFD}"))
    }
}
