@testable import Domain
import Testing

@Suite struct JSONParserTests {
    @Test(
        arguments: [
            ("null", .null), ("true", true), (" false ", false), ("0", 0), ("-0", 0), ("\t-12\r\n", -12),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("1.5", .number(1.5)), ("-0.0", .number(-0.0)),
            ("1e2", .number(100)), ("1E+2", .number(100)), ("25e-1", .number(2.5)),
            ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
            ("5e-324", .number(.leastNonzeroMagnitude)), ("1e-400", .number(0)), ("[]", []), ("[ ]", []), ("{}", [:]),
            ("{ }", [:]), ("[1 , [2]]", [1, [2]]),
            (#"{"a" : {"b":[null]} , "":1}"#, ["a": ["b": [.null]], "": 1]), (#""""#, ""),
            (#""\"\\\/\b\f\n\r\t""#, .string("\"\\/\u{8}\u{c}\n\r\t")), (#""\u00e9\u20AC""#, "é€"),
            (#""\ud83d\ude00""#, "😀"),
            (#""\u0000""#, "\0"), ("\"\u{7f}é😀\"", "\u{7f}é😀"), (#""\ud7ff\ue000""#, "\u{d7ff}\u{e000}"),
        ] as [(String, JSONValue)])
    func `reads`(text: String, value: JSONValue) throws {
        #expect(try JSONParser.parse(text) == value)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "True", "tru", "+1", "01", "-", "-01", "1.", ".5", "1.e3", "1e", "1e+", "0x1", "NaN",
        "Infinity",
        "1e309", "-1e309", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "]", "{", "{\"a\"", "{\"a\":", "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}", "{'a':1}", "{\"a\" 1}", "{1:1}", "{,}", "{\"a\":1 \"b\":2}", "\"", "\"a", "\"\\", "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\u0041\"", "\"\\udc00\"",
        "\"\\ud800\\ud800\"",
        "\"a\nb\"", "\"a\u{1f}b\"", "\"a\0b\"", "1 2", "{} x", "[]]", "// c\n1", "\u{feff}1", "\u{a0}1", "'a'",
        "\"\\U0041\"", "9223372036854775808", "-9223372036854775809", "[18446744073709551615]",
    ])
    func `refuses`(text: String) {
        #expect(throws: JSONError.self) { try JSONParser.parse(text) }
    }

    @Test(
        arguments: [
            [0xff], [0x22, 0xc3, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22],
            [0x22, 0xf4, 0x90, 0x80, 0x80, 0x22],
            [0x22, 0x80, 0x22], [0x22, 0xf8, 0x88, 0x80, 0x80, 0x80, 0x22],
        ] as [[UInt8]])
    func `refuses text that is not UTF-8`(bytes: [UInt8]) {
        #expect(throws: JSONError(message: "not valid UTF-8", offset: 0)) { try JSONParser.parse(bytes) }
    }

    @Test func `names what is wrong and where`() {
        #expect(throws: JSONError(message: "duplicate member 'a'", offset: 12)) {
            try JSONParser.parse(#"{"a":1,"a":2}"#)
        }
        #expect(throws: JSONError(message: "unexpected text after the document", offset: 2)) {
            try JSONParser.parse("1 2")
        }
        #expect(throws: JSONError(message: "leading zero", offset: 2)) { try JSONParser.parse("01") }
        #expect(throws: JSONError(message: "number out of range", offset: 5)) { try JSONParser.parse("1e999") }
        #expect(throws: JSONError(message: "unexpected end of the document", offset: 0)) { try JSONParser.parse("") }
        #expect(throws: JSONError(message: "duplicate member 'b'", offset: 17)) {
            try JSONParser.parse(#"{"b":1,"\u0062":2}"#)
        }
    }

    @Test func `an integer that cannot be kept is refused, or rounded when others wrote it`() throws {
        #expect(throws: JSONError(message: "integer of more than 64 bits", offset: 19)) {
            try JSONParser.parse("9223372036854775808")
        }
        let rounded = try JSONParser.parse("9223372036854775808", roundsIntegers: true)
        #expect(rounded == .number(9_223_372_036_854_775_808))
        #expect(try JSONParser.parse("9223372036854775807", roundsIntegers: true) == .integer(.max))
        #expect(try JSONParser.parse("9223372036854775808.0") == .number(9_223_372_036_854_775_808))
    }

    @Test func `names that differ only in normalisation are not called duplicates`() {
        let message = "two members 'e\u{301}' that differ only in Unicode normalisation"
        #expect(throws: JSONError(message: message, offset: 15)) {
            try JSONParser.parse("{\"\u{e9}\":1,\"e\u{301}\":2}")
        }
        #expect(throws: JSONError(message: "duplicate member '\u{e9}'", offset: 14)) {
            try JSONParser.parse("{\"\u{e9}\":1,\"\u{e9}\":2}")
        }
    }

    @Test func `the depth limit is exact and no depth exhausts the stack`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try JSONParser.parse(nested(64))
        #expect(throws: JSONError(message: "nested deeper than 64 levels", offset: 64)) {
            try JSONParser.parse(nested(65))
        }
        #expect(throws: JSONError.self) { try JSONParser.parse(nested(1), maximumDepth: 0) }
        _ = try JSONParser.parse("1", maximumDepth: 0)
        #expect(throws: JSONError.self) { try JSONParser.parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `no damaged document traps`() throws {
        let whole = Array(#"{"a":[1,-2.5e+3,true,null,"\ud83d\ude00é\n"],"b":{"c":false}}"#.utf8)
        for length in 0..<whole.count {
            #expect(throws: JSONError.self) { try JSONParser.parse(Array(whole.prefix(length))) }
        }
        var generator = SplitMix(seed: 42)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<3, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            // Whatever is accepted must mean the same when it is written and read again.
            if let value = try? JSONParser.parse(bytes) {
                accepted += 1
                #expect(try JSONParser.parse(value.serialized()) == value)
            }
        }
        #expect(accepted > 100)
    }
}

/// The same numbers for the same seed, so that a failure can be repeated.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
