import Domain
import Testing
import Wire

@Suite struct ShapeCheckTests {
    private func pointers(_ shape: Shape, _ value: JSONValue) -> [String] { shape.faults(in: value).map(\.pointer) }
    private func message(_ shape: Shape, _ value: JSONValue) -> String? { shape.faults(in: value).first?.message }

    @Test func `every fault is collected, with RFC 6901 pointers in order`() {
        let shape = Shape.object([
            .required("name", .text(1...5), ""), .optional("a/b~c", .integer(1...3), ""),
            .required("list", .array(.boolean, 1...2), ""), .required("gone", .time, ""),
        ])
        let value: JSONValue = ["name": "too long", "a/b~c": 9, "list": [true, 1], "x/y": 1]
        #expect(
            shape.faults(in: value) == [
                FieldFault("/a~1b~0c", "must be between 1 and 3"), FieldFault("/gone", "is required"),
                FieldFault("/list/1", "must be true or false"), FieldFault("/name", "must be at most 5 characters"),
                FieldFault("/x~1y", "is not a known field"),
            ])
    }

    @Test func `null is not absent`() {
        let shape = Shape.object([.optional("a", .boolean, ""), .optional("b", Shape.boolean.orNull, "")])
        #expect(pointers(shape, ["a": .null, "b": .null]) == ["/a"])
        #expect(message(shape, ["a": .null]) == "must not be null")
        #expect(pointers(shape, [:]).isEmpty)
        #expect(pointers(.any, .null).isEmpty)
        #expect(pointers(.alternatives(.boolean, Shape.time.orNull), .null).isEmpty)
        #expect(pointers(.alternatives(.boolean, .time), .null) == [""])
    }

    private static let instant =
        "must be an RFC 3339 instant of the years 1000 to 9999 in UTC, e.g. 2026-11-21T03:39:33.466Z"

    @Test(
        arguments: [
            (Shape.boolean, JSONValue.integer(1), "must be true or false"),
            (.integer(1...2), "1", "must be an integer"),
            (.integer(1...2), 1.5, "must be an integer"), (.number(0...1), "1", "must be a number"),
            (.number(0...1), 2, "must be between 0.0 and 1.0"), (.text(1...2), 7, "must be a string"),
            (.text(1...2), "", "must not be empty"), (.text(2...3), "a", "must be at least 2 characters"),
            (.text(0...3), "a\u{0}", "must not contain U+0000"), (.output(1), "ab", "must be at most 1 characters"),
            (.output(1), 1, "must be a string"), (.words(["a", "b"]), "c", "must be one of a, b"),
            (.words(["a"]), 1, "must be one of a"), (.id, "x", "must be a UUID"), (.id, 1, "must be a UUID"),
            (.time, 1, instant), (.time, "9999-12-31T23:59:59-01:00", instant),
            (.time, "0000-01-01T00:00:00+01:00", instant), (.time, "9999-12-31T23:59:59.999Z", ""),
            (.array(.any, 1...1), [], "must have at least 1 entries"),
            (.array(.any, 0...1), [1, 2], "must have at most 1 entries"),
            (.array(.any, 0...1), [:], "must be an array"),
            (.map(.any, 0...1), [], "must be an object"), (.map(.any, 0...0), ["a": 1], "must have at most 0 entries"),
            (.map(.any, keys: .key, 0...1), ["A": 1], "name must be \(TextPattern.key.description)"),
            (.object([]), [], "must be an object"),
            (.alternatives(.boolean, .text(1...2)), 1, "must be true or false or a string"),
            (
                .alternatives(.object([]), .array(.any, 0...1), .integer(1...2)), "x",
                "must be an object or an array or an integer"
            ),
            (.alternatives(.any), .null, ""), (.alternatives(.number(0...1), .any), true, ""),
        ] as [(Shape, JSONValue, String)])
    func `a fault says what must be`(shape: Shape, value: JSONValue, wanted: String) {
        #expect((message(shape, value) ?? "") == wanted)
    }

    @Test func `whole numbers written as fractions are integers`() {
        #expect(pointers(.integer(1...3), .number(2)).isEmpty)
        #expect(pointers(.number(1...3), .integer(2)).isEmpty)
        #expect(pointers(.output(3), "a\u{0}b").isEmpty)
    }

    @Test func `length counts what the database counts`() {
        // Two scalars, one character: a combining accent.
        #expect(pointers(.text(1...1), "e\u{301}") == [""])
        #expect(pointers(.text(1...1), "😀").isEmpty)
    }

    @Test func `groups of members exclude each other`() {
        let shape = Shape.object(
            [.optional("a", .any, ""), .optional("b", .any, ""), .optional("c", .any, ""), .optional("d", .any, "")],
            exactlyOne: [["a", "b"]], atMostOne: [["c", "d"]])
        #expect(message(shape, [:]) == "needs exactly one of a, b")
        #expect(message(shape, ["a": 1, "b": 1]) == "needs exactly one of a, b")
        #expect(message(shape, ["a": 1, "c": 1, "d": 1]) == "may have only one of c, d")
        #expect(pointers(shape, ["a": 1, "c": 1]).isEmpty)
        #expect(pointers(shape.partial, [:]).isEmpty)
        #expect(pointers(shape.partial, ["a": 1, "b": 1]) == [""])
        #expect(pointers(Shape.boolean.partial, true).isEmpty)
    }

    @Test func `a hostile document cannot ask for endless faults`() {
        let many = JSONValue.array(Array(repeating: 1, count: 5000))
        #expect(Shape.array(.boolean, 0...10_000).faults(in: many).count == 100)
    }
}
