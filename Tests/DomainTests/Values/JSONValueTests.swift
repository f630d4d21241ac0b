import Domain
import FoundationEssentials
import Testing

@Suite struct JSONValueTests {
    /// The document of RFC 6901 section 5.
    private let document: JSONValue = [
        "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5, "k\"l": 6, " ": 7, "m~n": 8,
    ]

    @Test(
        arguments: [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/foo/1", "baz"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
            ("/e^f", 3), ("/g|h", 4),
            ("/i\\j", 5), ("/k\"l", 6), ("/ ", 7), ("/m~0n", 8),
        ] as [(String, JSONValue)])
    func `a pointer finds`(pointer: String, value: JSONValue) {
        #expect(document.value(at: pointer) == value)
        #expect(document.value(at: "") == document)
    }

    @Test(arguments: [
        "foo", "/foo/2", "/foo/-1", "/foo/-", "/foo/+1", "/foo/01", "/foo/-0", "/foo/ 1", "/foo/", "/foo/0/x", "/bar",
        "/m~n", "/a/b", "//",
        "/foo/99999999999999999999",
    ])
    func `a pointer finds nothing`(pointer: String) {
        #expect(document.value(at: pointer) == nil)
    }

    @Test func `pointer tokens are code points, not what looks like one letter`() {
        let marked: JSONValue = ["~\u{301}": 1, "a": ["\u{301}b": 2], "~1": 3]
        #expect(marked.value(at: "/~0\u{301}") == 1)
        #expect(marked.value(at: "/a/\u{301}b") == 2)
        #expect(marked.value(at: "/~01") == 3)
        for key in ["~\u{301}", "/\u{301}", "~1", "a/b~c", "", "plain"] {
            #expect(JSONValue.object([key: 7]).value(at: "/" + escapedPointerToken(key)) == 7)
        }
    }

    @Test func `accessors answer only for their kind`() {
        let values: [JSONValue] = [.null, true, 1, 1.5, "s", [1], ["k": 1]]
        #expect(values.map(\.isNull) == [true, false, false, false, false, false, false])
        #expect(values.map(\.bool) == [nil, true, nil, nil, nil, nil, nil])
        #expect(values.map(\.integer) == [nil, nil, 1, nil, nil, nil, nil])
        #expect(values.map(\.number) == [nil, nil, 1, 1.5, nil, nil, nil])
        #expect(values.map(\.string) == [nil, nil, nil, nil, "s", nil, nil])
        #expect(values.map(\.array) == [nil, nil, nil, nil, nil, [1], nil])
        #expect(values.map(\.object) == [nil, nil, nil, nil, nil, nil, ["k": 1]])
        #expect(values.map { $0["k"] } == [nil, nil, nil, nil, nil, nil, 1])
    }

    @Test(
        arguments: [
            (.null, "null"), (true, "true"), (false, "false"), (.integer(.min), "-9223372036854775808"), (1.5, "1.5"),
            (.number(100), "100.0"),
            (.number(.infinity), "null"), (.number(.nan), "null"), ([1, [], [:]], "[1,[],{}]"),
            (["b": 1, "a": 2, "": .null], #"{"":null,"a":2,"b":1}"#),
            (.string("\"\\/\n\r\t\0\u{1f}\u{7f}é😀"), #""\"\\/\n\r\t\u0000\u001f"# + "\u{7f}é😀\""),
        ] as [(JSONValue, String)])
    func `writes`(value: JSONValue, text: String) {
        #expect(value.text == text)
        #expect(value.serialized() == Array(text.utf8))
    }

    @Test func `what is written reads back as it was`() throws {
        var generator = SplitMix(seed: 7)
        for _ in 0..<2000 {
            let value = randomValue(depth: 4, &generator)
            #expect(try JSONParser.parse(value.serialized()) == value)
        }
    }

    @Test func `Codable gives the same document`() throws {
        let value: JSONValue = ["a": [.null, true, 1, -2.5, "x", .integer(.max)], "o": ["": [:]]]
        let data = try JSONEncoder().encode(value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
        #expect(try JSONParser.parse(Array(data)) == value)
    }

    @Test func `of two members with one name a literal keeps the last`() {
        let value: JSONValue = ["a": 1, "a": 2]
        #expect(value == ["a": 2])
    }

    private func randomValue(depth: Int, _ generator: inout SplitMix) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &generator) {
        case 0: .null
        case 1: .bool(Bool.random(using: &generator))
        case 2: .integer(Int64(bitPattern: generator.next()))
        case 3: .number(Double.random(in: -1e12...1e12, using: &generator))
        case 4: .string(randomText(&generator))
        case 5:
            .array(
                (0..<Int.random(in: 0..<4, using: &generator)).map { _ in randomValue(depth: depth - 1, &generator) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<4, using: &generator)).map { _ in
                        (randomText(&generator), randomValue(depth: depth - 1, &generator))
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private func randomText(_ generator: inout SplitMix) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0..<12, using: &generator) {
            let range: ClosedRange<UInt32> = Bool.random(using: &generator) ? 0...0x7f : 0...0x10ffff
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &generator)) {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
