package import Domain
import FoundationEssentials
import MariaDB

/// The JSON text of a Codable value, for a JSON column.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Decodes a Codable value from the text of a JSON column.
func jsonDecoded<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
}

extension ExecutionStatus: SQLBindable {}
extension ExecutionKind: SQLBindable {}
extension CaseType: SQLBindable {}
extension Priority: SQLBindable {}
extension AttemptStatus: SQLBindable {}
extension StepStatus: SQLBindable {}
extension WorkItemState: SQLBindable {}
