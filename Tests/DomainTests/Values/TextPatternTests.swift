import Domain
import Testing

@Suite struct TextPatternTests {
    static let samples = [
        "", "a", "A", "0", "-a", "a-b", "a_b", "_a", "a.b", "a:b", "a/b", "/a", "a b", "a@b", "a@b@c", "@", "a@",
        "http://a", "https://a/b?c=d", "http://", "ftp://a", "https://a b", "abcd", "ABCD", "abcg", "GET", "get",
        "X-Name", "X Name", "é", "x\u{0}y", "x\ny", "0f0f0f0f", "abc",
        " ", "\u{a0}", "a\u{85}b", "a\u{2028}b", "http://a:80/x", "http://:80", "http://u@h", "https://h?u@x#é",
        "a.b+c@d-e.f",
        "a@b_c", "\"a\"@b", "whsec_" + String(repeating: "A", count: 32),
        "whsec_" + String(repeating: "A", count: 30) + "==",
        "whsec_" + String(repeating: "A", count: 29), "whsec_" + String(repeating: "+", count: 87),
        "whsec_" + String(repeating: "A", count: 30) + "===",
        String(repeating: "a", count: 63), String(repeating: "a", count: 64), String(repeating: "a", count: 128),
        String(repeating: "a", count: 129), String(repeating: "A", count: 16), String(repeating: "A", count: 17),
    ]

    @Test(arguments: TextPattern.allCases)
    func `the check and the printed expression accept the same`(pattern: TextPattern) throws {
        let expression = try Regex(pattern.expression).dotMatchesNewlines()
        for sample in Self.samples {
            let printed = sample.wholeMatch(of: expression) != nil
            // Control characters are refused by the check on top of what the expression says.
            if printed != pattern.matches(sample), !sample.utf8.contains(where: { $0 < 32 }) {
                Issue.record("\(pattern) and \(pattern.expression) differ on '\(sample)'")
            }
        }
        #expect(!pattern.description.isEmpty)
    }
}
