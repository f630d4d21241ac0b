import Testing

@testable import Gherkin

@Suite struct PatternTests {
    private func groups(_ pattern: String, _ text: String) throws -> [Range<Int>?]? {
        var match = try MatchPattern(try Pattern(pattern), Array(text.unicodeScalars))
        return match.run()
    }

    @Test(
        arguments: [
            ("a|ab", "ab", [0..<1]), ("(a*)(ab)?", "aab", [0..<2, 0..<2, nil]),
            ("(a+?)(a*)", "aaa", [0..<3, 0..<1, 1..<3]),
            ("b(?=c)(c)", "abc", [1..<3, 2..<3]), ("(?<=a)b", "ab", [1..<2]), ("(?<!a)b", "abb", [2..<3]),
            ("(?:x{2,3})(x)", "xxxx", [0..<4, 3..<4]), ("[^\\s\\d]+", "1 é😀", [2..<4]), ("\\bb\\b", "ab b", [3..<4]),
            ("(?<n>\\d)", "a1", [1..<2, 1..<2]), ("[a\\-z]+", "-b-", [0..<1]), ("(?!a).", "ab", [1..<2]),
            ("(a|b)*", "ab", [0..<2, 1..<2]),
        ] as [(String, String, [Range<Int>?])])
    func `prefers what Java and JavaScript prefer`(pattern: String, text: String, expected: [Range<Int>?]) throws {
        #expect(try groups(pattern, text) == expected)
    }

    @Test(arguments: ["(", ")", "a**", "[z-a]", "[a", "\\", "(?<>a)", "a{3,2}", "(a)\\1", "(?i)a", "\\y"])
    func `refuses what it does not understand`(pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }

    /// Each takes for ever where every way is tried.
    @Test(arguments: ["(a*)*b", "(a|a)*b", "(a|aa)+$", "(.*)(.*)(.*)(.*)x", "((a?){30}){30}b"], [1000])
    func `no expression takes for ever`(pattern: String, length: Int) throws {
        #expect(try groups(pattern, String(repeating: "a", count: length) + "c") == nil)
    }

    @Test(arguments: ["(((a{1000}){1000}){1000})", "(){1000000000}", String(repeating: "(", count: 5000)])
    func `nothing grows without bounds`(pattern: String) {
        #expect(throws: PatternError.self) { try Pattern(pattern) }
    }
}
