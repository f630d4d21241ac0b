/// A JSON value of a foreign file. Numbers are doubles: no format has larger integers than those hold.
enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([JSONMember])

    /// The member of that name; the first when there are several. Nil also when this is no object.
    subscript(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var members: [JSONMember] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The elements; none when this is no array.
    var elements: [JSON] {
        if case .array(let elements) = self { elements } else { [] }
    }

    var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A string that says something.
    var text: String? {
        if case .string(let text) = self, !text.isEmpty { text } else { nil }
    }

    var number: Double? {
        if case .number(let number) = self { number } else { nil }
    }

    /// A number that an Int64 holds, without its fraction.
    var integer: Int64? {
        guard let number, abs(number) < 9e15 else { return nil }
        return Int64(number)
    }

    var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// A string as it is, a number or a truth in words; nil for the rest.
    var words: String? {
        switch self {
        case .string(let text): text
        case .number(let number):
            abs(number) < 9e15 && number == number.rounded() ? String(Int64(number)) : String(number)
        case .bool(let value): String(value)
        case .null, .array, .object: nil
        }
    }

    /// Milliseconds since 1970: a number of them, or a date in words.
    var instantMs: Int64? {
        switch self {
        case .number: integer
        case .string(let text): ForeignTime.instant(text)
        default: nil
        }
    }
}

struct JSONMember: Sendable, Equatable {
    let name: String
    let value: JSON
}
