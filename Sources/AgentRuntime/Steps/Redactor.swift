import Domain

/// The forms in which a run's secrets could show up, ready to be searched.
package struct SecretForms: Sendable {
    /// What stands where a secret stood.
    package static let mask = "••••"

    /// By first byte, longest first.
    private let byFirstByte: [[[UInt8]]]
    private let longest: Int
    fileprivate var isEmpty: Bool { longest == 0 }

    /// Takes the values as they are, their lines, and their base64, URL and JSON spellings.
    package init(_ values: some Sequence<String>) {
        var forms: Set<[UInt8]> = []
        for value in values where !value.isEmpty {
            for form in secretSpellings(of: value) where !form.isEmpty { forms.insert(form) }
        }
        var table = [[[UInt8]]](repeating: [], count: 256)
        for form in forms.sorted(by: { $0.count > $1.count }) {
            if let first = form.first { table[Int(first)].append(form) }
        }
        byFirstByte = table
        longest = forms.map(\.count).max() ?? 0
    }

    /// `text` with every secret masked.
    package func redact(_ text: String) -> String {
        isEmpty ? text : String(decoding: masked(Array(text.utf8)), as: UTF8.self)
    }

    /// What may be shown of the bytes `range` of `text`: a secret that lies only in part inside is masked as well.
    func redact(_ text: String, only range: Range<Int>) -> String {
        let bytes = Array(text.utf8)
        let range = range.clamped(to: 0..<bytes.count)
        var out: [UInt8] = []
        var position = range.lowerBound
        for secret in secrets(in: bytes) where secret.overlaps(range) {
            out += bytes[position..<max(position, secret.lowerBound)]
            out += SecretForms.mask.utf8
            position = min(secret.upperBound, range.upperBound)
        }
        out += bytes[position..<range.upperBound]
        return String(decoding: out, as: UTF8.self)
    }

    /// The start of `text`, masked before it is cut: a secret on the cut must not show in part. With "…" when there
    /// is more.
    func excerpt(_ text: String, codePoints: Int) -> String {
        let masked = redact(text)
        let kept = masked.cut(codePoints: codePoints)
        return kept.utf8.count < masked.utf8.count ? kept + "…" : kept
    }

    private func masked(_ bytes: [UInt8]) -> [UInt8] {
        var redactor = Redactor(self)
        return bytes.withUnsafeBytes { redactor.feed($0) } + redactor.finish()
    }

    /// Where secrets stand, in order; those that overlap are one.
    private func secrets(in bytes: [UInt8]) -> [Range<Int>] {
        var found: [Range<Int>] = []
        for position in bytes.indices {
            guard case .full(let length) = match(bytes, at: position, atEnd: true) else { continue }
            if let last = found.last, position < last.upperBound {
                found[found.count - 1] = last.lowerBound..<max(last.upperBound, position + length)
            } else {
                found.append(position..<position + length)
            }
        }
        return found
    }

    fileprivate enum Match { case none, full(Int), needsMore }

    /// Longest first: a shorter form wins only when no longer one can still come.
    fileprivate func match(_ bytes: [UInt8], at position: Int, atEnd: Bool) -> Match {
        let candidates = byFirstByte[Int(bytes[position])]
        if candidates.isEmpty { return .none }
        let rest = bytes[position...]
        for candidate in candidates {
            if rest.count >= candidate.count {
                if rest.starts(with: candidate) { return .full(candidate.count) }
            } else if !atEnd, candidate.starts(with: rest) {
                return .needsMore
            }
        }
        return .none
    }

    /// Bytes at the end of `bytes` that may be the start of a secret which goes on behind them.
    func openEnd(of bytes: [UInt8]) -> Int {
        let start = bytes.indices.suffix(longest).first { position in
            byFirstByte[Int(bytes[position])].contains { form in
                form.count > bytes.count - position && form.starts(with: bytes[position...])
            }
        }
        return start.map { bytes.count - $0 } ?? 0
    }

    /// Bytes at the start of `bytes` that may be the end of a secret which began before them.
    func openStart(of bytes: [UInt8]) -> Int {
        let lengths = stride(from: min(longest, bytes.count), to: 0, by: -1)
        return lengths.first { length in
            byFirstByte.contains { forms in
                forms.contains { $0.count > length && $0.suffix(length).elementsEqual(bytes.prefix(length)) }
            }
        } ?? 0
    }
}

/// Masks secrets in a stream, also those split over chunks: it holds back what may be the start of one. Secrets that
/// overlap are masked as one.
package struct Redactor {
    private let forms: SecretForms
    private var held: [UInt8] = []
    /// How many of the held bytes belong to a secret whose mask is out already.
    private var maskedBytes = 0

    package init(_ forms: SecretForms) { self.forms = forms }

    /// Takes the next bytes and returns those that are safe to show.
    package mutating func feed(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        if forms.isEmpty { return Array(bytes) }
        held.append(contentsOf: bytes)
        return release(atEnd: false)
    }

    /// Returns what was held back.
    package mutating func finish() -> [UInt8] { release(atEnd: true) }

    private mutating func release(atEnd: Bool) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(held.count)
        var position = 0
        scan: while position < held.count {
            switch forms.match(held, at: position, atEnd: atEnd) {
            case .needsMore: break scan
            case .full(let length):
                if position >= maskedBytes { out.append(contentsOf: SecretForms.mask.utf8) }
                maskedBytes = max(maskedBytes, position + length)
            case .none:
                if position >= maskedBytes { out.append(held[position]) }
            }
            position += 1
        }
        held.removeFirst(position)
        maskedBytes = max(0, maskedBytes - position)
        return out
    }
}
