import Domain
import FoundationEssentials
import Glibc
import Wire

/// One line of a spool file.
struct SpoolRecord: Codable {
    /// First line: whose steps these are.
    var holding: Holding?
    var step: StepResult?
    var finish: FinishRequest?
}

/// The file that holds every step of one attempt from before it is sent until the server has the finish.
///
/// Used by two threads in turn: the runner appends, the sender reads after a gap; both under the outbox's lock.
struct Spool {
    let path: String
    private let file: Int32

    /// Makes `<execution>-<fence>.ndjson` in `directory`, empty.
    init(directory: String, holding: Holding) throws(PreconditionFailure) {
        path = "\(directory)/\(holding.fileName).ndjson"
        file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PreconditionFailure("cannot open the spool: \(errorText(errno))") }
        _ = append(SpoolRecord(holding: holding))
    }

    /// Writes one line; false when the disk does not take it.
    func append(_ record: SpoolRecord) -> Bool {
        guard let line = try? encodeJSON(record) else { return false }
        return writeAll(line + [UInt8(ascii: "\n")], to: file)
    }

    /// The steps from `sequence` on, encoded.
    func steps(from sequence: Int) -> [EncodedStep] {
        Spool.read(path).steps.filter { $0.sequence >= sequence }
    }

    func remove() {
        close(file)
        unlink(path)
    }

    /// Everything in a spool file; a last line cut by a crash is ignored.
    static func read(_ path: String) -> SpoolContent {
        var content = SpoolContent()
        for line in (fileBytes(path) ?? []).split(separator: UInt8(ascii: "\n")) {
            guard let record = try? decodeJSON(SpoolRecord.self, Array(line)) else { continue }
            if let holding = record.holding { content.holding = holding }
            if let finish = record.finish { content.finish = finish }
            if let step = record.step, let encoded = EncodedStep(step) { content.steps.append(encoded) }
        }
        return content
    }
}

extension Holding {
    /// Names the workspace and the spool of an attempt.
    var fileName: String { "\(execution)-\(fence)" }
}

/// What a spool file holds.
struct SpoolContent {
    var holding: Holding?
    var steps: [EncodedStep] = []
    var finish: FinishRequest?
}

/// A step as the bytes that go into requests.
struct EncodedStep {
    let sequence: Int
    let bytes: [UInt8]
    /// Worth sending at once.
    let isUrgent: Bool

    init?(_ step: StepResult) {
        guard let bytes = try? encodeJSON(step) else { return nil }
        sequence = step.sequence
        self.bytes = bytes
        isUrgent = step.sequence == 1 || ![.passed, .skipped].contains(step.status)
    }
}

func encodeJSON(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(value))
}

func decodeJSON<Value: Decodable>(_ type: Value.Type, _ bytes: [UInt8]) throws -> Value {
    try JSONDecoder().decode(type, from: Data(bytes))
}
