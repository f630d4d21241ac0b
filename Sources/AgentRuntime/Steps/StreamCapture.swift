import Domain
import Glibc
import Wire

/// Keeps what a step printed: the raw ends for matchers, the redacted ends for the trace, the rest in a file.
final class StreamCapture {
    static let excerptBytes = 4_096
    static let matchedEndBytes = 512 << 10
    static let fileCapBytes: Int64 = 64 << 20

    private let forms: SecretForms
    private var redactor: Redactor
    private let path: String
    private var raw: EndsBuffer
    private var shown: EndsBuffer
    private var file: Int32 = -1
    private var fileBytes: Int64 = 0
    private let onShown: ([UInt8]) -> Void

    /// - Parameters:
    ///   - path: where the whole stream goes when it is longer than the excerpt.
    ///   - onShown: told of redacted bytes as they come; must not wait.
    init(
        _ forms: SecretForms, path: String, matchedEndBytes: Int = StreamCapture.matchedEndBytes,
        onShown: @escaping ([UInt8]) -> Void = { _ in }
    ) {
        self.forms = forms
        self.path = path
        self.onShown = onShown
        redactor = Redactor(forms)
        raw = EndsBuffer(headBytes: matchedEndBytes, tailBytes: matchedEndBytes)
        shown = EndsBuffer(headBytes: Self.excerptBytes, tailBytes: Self.excerptBytes)
    }

    deinit { if file >= 0 { close(file) } }

    func feed(_ bytes: UnsafeRawBufferPointer) {
        raw.append(bytes)
        keep(redactor.feed(bytes))
    }

    func finish() { keep(redactor.finish()) }

    /// The text that matchers and captures look at: the whole stream, or 512 KiB of each end without the half of a
    /// secret at the cut, which nothing later could know for one.
    var matchedText: String {
        var (head, tail) = (raw.head, raw.tail)
        if raw.cutBytes > 0 {
            // Again and again: secrets may overlap.
            while case let length = forms.openEnd(of: head), length > 0 { head.removeLast(length) }
            while case let length = forms.openStart(of: tail), length > 0 { tail.removeFirst(length) }
        }
        return String(decoding: head + tail, as: UTF8.self)
    }

    /// The file with the whole stream, when there is one.
    var artifactPath: String? { file >= 0 ? path : nil }
    var droppedBytes: Int64 { file >= 0 ? shown.count - fileBytes : shown.cutBytes }

    func excerpt(artifact: String?) -> StreamExcerpt {
        StreamExcerpt(
            head: boundedText(shown.head, Self.excerptBytes), tail: boundedText(shown.tail, Self.excerptBytes),
            bytes: shown.count, droppedBytes: artifact == nil ? shown.cutBytes : droppedBytes, artifact: artifact)
    }

    private func keep(_ bytes: [UInt8]) {
        guard !bytes.isEmpty else { return }
        if file < 0, shown.count + Int64(bytes.count) > Int64(2 * Self.excerptBytes) {
            file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
            save(shown.head + shown.tail)
        }
        bytes.withUnsafeBytes { shown.append($0) }
        save(bytes)
        onShown(bytes)
    }

    private func save(_ bytes: [UInt8]) {
        guard file >= 0 else { return }
        var rest = bytes.prefix(Int(max(0, Self.fileCapBytes - fileBytes)))
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            fileBytes += Int64(count)
            rest = rest.dropFirst(count)
        }
    }
}

/// The first and last bytes of a stream and its length.
struct EndsBuffer {
    private let headBytes: Int
    private let tailBytes: Int
    private(set) var head: [UInt8] = []
    private var ring: [UInt8] = []
    private(set) var count: Int64 = 0

    init(headBytes: Int, tailBytes: Int) {
        self.headBytes = headBytes
        self.tailBytes = tailBytes
    }

    /// What follows the head, at most `tailBytes` of it.
    var tail: [UInt8] { Array(ring.suffix(tailBytes)) }

    /// Bytes in neither end.
    var cutBytes: Int64 { max(0, count - Int64(headBytes) - Int64(tailBytes)) }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        count += Int64(bytes.count)
        let room = min(headBytes - head.count, bytes.count)
        head.append(contentsOf: bytes.prefix(room))
        ring.append(contentsOf: bytes.dropFirst(room).suffix(tailBytes))
        // Trimmed in batches, so that appending stays linear.
        if ring.count > 2 * tailBytes { ring.removeFirst(ring.count - tailBytes) }
    }
}

/// Readable text of at most `maximumBytes` UTF-8 bytes; bytes that are no UTF-8 become U+FFFD.
func boundedText(_ bytes: [UInt8], _ maximumBytes: Int) -> String {
    String(decoding: bytes, as: UTF8.self).cut(bytes: maximumBytes)
}
