import Domain
import FoundationEssentials
import Testing

@Suite struct ExpectationTests {
    private func coded<Value: Codable>(_ value: Value) throws -> (String, Value) {
        let data = try JSONEncoder().encode(value)
        return (String(decoding: data, as: UTF8.self), try JSONDecoder().decode(Value.self, from: data))
    }

    private func decoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test(arguments: [
        (Matcher.equals("a"), #"{"equals":"a"}"#), (.contains("b"), #"{"contains":"b"}"#),
        (.notContains("c"), #"{"notContains":"c"}"#),
        (.matches("d+"), #"{"matches":"d+"}"#),
    ])
    func `a matcher is an object with one member`(matcher: Matcher, text: String) throws {
        let (written, read) = try coded(matcher)
        #expect(written == text && read == matcher)
        #expect(Matcher.read(try JSONParser.parse(text), at: "/m") == (matcher, []))
    }

    @Test func `a bare string means contains; nothing, two or unknown conditions are refused`() throws {
        #expect(try decoded(Matcher.self, #""x""#) == .contains("x"))
        for text in ["{}", #"{"equals":"a","contains":"b"}"#, #"{"like":"a"}"#, "1", #"{"equals":1}"#] {
            #expect(throws: DecodingError.self) { try decoded(Matcher.self, text) }
        }
    }

    @Test(arguments: [
        ("1", "/m", "must be a string or one of equals, contains, notContains, matches"),
        ("{}", "/m", "must be a string or one of equals, contains, notContains, matches"),
        (#"{"equals":1}"#, "/m", "must be a string or one of equals, contains, notContains, matches"),
        (#"{"equals":"a","matches":"b"}"#, "/m", "must be a string or one of equals, contains, notContains, matches"),
        (#"{"a/b":"x"}"#, "/m/a~1b", "is not a known field"),
        (#"{"matches":"("}"#, "/m/matches", "is not a regular expression"),
    ])
    func `each fault of a matcher names its field`(text: String, pointer: String, message: String) throws {
        let (matcher, faults) = Matcher.read(try JSONParser.parse(text), at: "/m")
        #expect(matcher == nil && faults == [FieldFault(pointer, message)])
    }

    @Test func `one status is a number, several are a list`() throws {
        #expect(try coded([ExpectedStatus([200])]) == ("[200]", [ExpectedStatus([200])]))
        #expect(try coded([ExpectedStatus([200, 404])]) == ("[[200,404]]", [ExpectedStatus([200, 404])]))
        #expect(try decoded(ExpectedStatus.self, "[204]") == ExpectedStatus([204]))
        #expect(throws: DecodingError.self) { try decoded(ExpectedStatus.self, #""ok""#) }
    }

    @Test(arguments: Capture.Source.allCases)
    func `a capture keeps every member`(source: Capture.Source) throws {
        for capture in [Capture(from: source), Capture(from: source, regex: "(a)", pointer: "/b", header: "C")] {
            #expect(try coded(capture).1 == capture)
        }
    }

    @Test(
        arguments: [
            (["status": 99], "/status", "must be a status code or a list of them, 100 to 599"),
            (["status": []], "/status", "must be a status code or a list of them, 100 to 599"),
            (["status": [200, "x"]], "/status", "must be a status code or a list of them, 100 to 599"),
            (["headers": "x"], "/headers", "must be an object of matchers"),
            (
                ["headers": ["A-B": 1]], "/headers/A-B",
                "must be a string or one of equals, contains, notContains, matches"
            ),
            (["json": [1]], "/json", "must be an object of JSON pointers"),
            (["json": ["a": 1]], "/json/a", "a JSON pointer begins with '/'"),
            (["body": 1], "/body", "must be a string or one of equals, contains, notContains, matches"),
            (["maxDurationMs": 0], "/maxDurationMs", "must be between 1 and 86400000"),
        ] as [(JSONValue, String, String)])
    func `each fault of an expectation names its field`(expect: JSONValue, pointer: String, message: String) {
        let step: JSONValue = ["name": "a", "http": ["url": "http://x"], "expect": expect]
        #expect(CaseDefinitionTests.faults([:], step: step) == [FieldFault("/steps/0/expect" + pointer, message)])
    }

    @Test func `a command's expectation is bounded too`() {
        let step: JSONValue = ["name": "a", "command": ["shell": "x"], "expect": ["exitCode": 256]]
        #expect(
            CaseDefinitionTests.faults([:], step: step) == [
                FieldFault("/steps/0/expect/exitCode", "must be between 0 and 255")
            ])
    }
}
