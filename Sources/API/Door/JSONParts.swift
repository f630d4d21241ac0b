import Domain

extension JSONValue {
    /// JSON null for nil.
    static func text(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    static func time(_ time: Timestamp?) -> JSONValue { text(time?.description) }
    static func count(_ count: Int?) -> JSONValue { count.map { .integer(Int64($0)) } ?? .null }
    static func number(orNull number: Double?) -> JSONValue { number.map(JSONValue.number) ?? .null }
    static func id<Entity>(_ id: ID<Entity>?) -> JSONValue { text(id?.description) }
    static func texts(_ texts: some Sequence<String>) -> JSONValue { .array(texts.map(JSONValue.string)) }
    static func texts(_ map: [String: String]) -> JSONValue { .object(map.mapValues(JSONValue.string)) }
}
