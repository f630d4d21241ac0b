/// What one parameter took of a step's text.
package struct StepArgument: Sendable {
    /// A group of the regular expression; `start` in code points and `value` are nil when it took no part.
    package struct Group: Hashable, Sendable {
        package let start: Int?
        package let value: String?
        package let children: [Group]
    }

    package enum Value: Hashable, Sendable {
        case none
        /// A number as JSON writes it.
        case number(String)
        case text(String)
        case list([Value])
    }

    package let group: Group
    /// Nil for a group of a regular expression that no type reads.
    package let typeName: String?
    package let value: Value

    init(group: Group, type: ParameterType?) {
        self.group = group
        typeName = type?.name
        value = StepArgument.read(group, type?.reading ?? .text)
    }

    private static func read(_ group: Group, _ reading: ParameterType.Reading) -> Value {
        guard let text = group.value else { return .none }
        switch reading {
        case .integer: return .number(integer(text))
        case .float: return float(text)
        case .quoted:
            let inner = group.children.lazy.compactMap(\.value).first ?? ""
            return .text(replacing("\\'", with: "'", in: replacing("\\\"", with: "\"", in: inner)))
        case .text:
            let values = group.children.map { $0.value.map(Value.text) ?? .none }
            return values.isEmpty ? .text(text) : values.count == 1 ? values[0] : .list(values)
        }
    }

    /// JSON knows no leading zeros and no minus nought.
    private static func integer(_ text: String) -> String {
        let digits = String(text.drop { $0 == "-" || $0 == "0" })
        guard !digits.isEmpty else { return "0" }
        return text.hasPrefix("-") ? "-" + digits : digits
    }

    private static func float(_ text: String) -> Value {
        guard let number = Double(text), number.isFinite else { return .text(text) }
        guard number.magnitude < 1e15, number == number.rounded() else { return .number(String(number)) }
        return .number(String(Int(number)))
    }
}
