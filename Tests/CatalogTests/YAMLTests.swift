import Domain
import Testing

@testable import Catalog

@Suite struct YAMLTests {
    private func parse(_ text: String) throws -> JSONValue { try YAMLDocument.parse(Array(text.utf8)) }

    private func refusal(_ text: String) -> FieldFault? {
        do {
            _ = try YAMLDocument.parse(Array(text.utf8))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        ("v: 1", JSONValue.integer(1)), ("v: -1", .integer(-1)), ("v: 1.5", .number(1.5)), ("v: 1e3", .number(1000)),
        ("v: true", .bool(true)), ("v: FALSE", .bool(false)), ("v: null", .null), ("v: ~", .null), ("v:", .null),
        ("v: no", "no"), ("v: on", "on"), ("v: 007", "007"), ("v: 1:30", "1:30"), ("v: 2026-11-21", "2026-11-21"),
        ("v: .inf", ".inf"), ("v: .nan", ".nan"), ("v: 0x1f", "0x1f"), ("v: 1_000", "1_000"), ("v: +1", "+1"),
        ("v: '1'", "1"), ("v: \"true\"", "true"), ("v: !!str 1", "1"), ("v: ! 1", "1"),
        ("v: |\n  a\n  b\n", "a\nb\n"), ("v: >\n  a\n  b\n", "a b\n"), ("v: 'ünï 🧪'", "ünï 🧪"),
        ("v: 1e999", "1e999"), ("v: [1, {a: b}]", .array([1, ["a": "b"]])),
        ("v: \"123456789012345678901234567890\"", "123456789012345678901234567890"),
    ])
    func `reads values as JSON would`(text: String, value: JSONValue) throws {
        #expect(try parse(text) == ["v": value])
    }

    @Test(arguments: [
        "a: 1\na: 2", "a: [", "a: 'x", "a: *x", "- a\nb: c", "\t- a", "a: 1\n---\nb: 2", "? [a, b]\n: c", "{a: b}: c",
        "a: !!binary aGk=", "a: !!python/object x", "a: !custom {b: c}", "a: !custom [b]", "%YAML 9.9\n---\na",
        "a: \u{1}",
        "a: \u{0}",
    ])
    func `refuses what is ambiguous or dangerous`(text: String) throws {
        let fault = try #require(refusal(text))
        #expect(!fault.message.isEmpty && !fault.message.contains("\n"))
    }

    @Test func `says where the mistake is`() {
        #expect(refusal("a: 1\nb: [1, 2\nc: 3")?.message.contains("line") == true)
        #expect(refusal("x:\n  - {a: 1}\n  - !!set {b: 1}")?.pointer == "/x/1")
    }

    @Test func `aliases are refused before they can grow`() {
        let bomb =
            "a: &a [x,x,x,x,x,x,x,x,x]\n"
            + "bcdefghi".reduce(("", "a")) { text, letter in
                (
                    text.0 + "\(letter): &\(letter) [" + Array(repeating: "*\(text.1)", count: 9).joined(separator: ",")
                        + "]\n", "\(letter)"
                )
            }.0
        #expect(refusal(bomb)?.message == "anchors and aliases are not accepted; write the value out")
        #expect(refusal("? &a [x]\n: 1\n? [*a, *a]\n: 2") != nil)
        #expect(refusal("\"k\":&a x\nb: *a") != nil)
        #expect(refusal("- &a\n- *a") != nil)
        #expect(refusal("<<: *base\nx: &base 1") != nil)
    }

    @Test func `an integer that would be rounded is refused where it stands`() {
        let fault = FieldFault("/a/1", "is an integer of more than 64 bits; quote it")
        #expect(refusal("a: [1, 123456789012345678901234567890]") == fault)
        #expect(refusal("a: [1, -9223372036854775809]") == fault)
    }

    @Test func `stars and ampersands in commands are text`() throws {
        #expect(try parse("v: \"make && rm -f *.log 2>&1\"") == ["v": "make && rm -f *.log 2>&1"])
        #expect(try parse("v: http://x/?a=1&b=2 *b") == ["v": "http://x/?a=1&b=2 *b"])
        #expect(try parse("v: &anchor x") == ["v": "x"])
    }

    @Test func `depth, size and encoding are bounded`() {
        #expect(refusal(String(repeating: "[", count: 100) + String(repeating: "]", count: 100)) != nil)
        #expect(refusal(String(repeating: "[", count: 100_000)) != nil)
        #expect(refusal(String(repeating: "- ", count: 5000)) != nil)
        #expect(refusal(String(repeating: "x", count: 4_194_305))?.message == "must be at most 4194304 bytes")
        var caught: FieldFault?
        do {
            _ = try YAMLDocument.parse([0x61, 0x3a, 0x20, 0xff, 0xfe])
        } catch {
            caught = error
        }
        #expect(caught == FieldFault("", "is not UTF-8"))
    }
}
