/// The forms in which a run's secrets could show up, ready to be searched.
package struct SecretForms: Sendable {
    /// What stands where a secret stood.
    package static let mask = "••••"

    /// By first byte, longest first.
    fileprivate let byFirstByte: [[[UInt8]]]
    fileprivate let isEmpty: Bool

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
        isEmpty = forms.isEmpty
    }

    /// `text` with every secret masked.
    package func redact(_ text: String) -> String {
        if isEmpty { return text }
        var redactor = Redactor(self)
        var bytes = Array(text.utf8).withUnsafeBytes { redactor.feed($0) }
        bytes += redactor.finish()
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Masks secrets in a stream, also those split over chunks: it holds back what may be the start of one.
package struct Redactor {
    private let forms: SecretForms
    private var held: [UInt8] = []

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
        while position < held.count {
            let candidates = forms.byFirstByte[Int(held[position])]
            if candidates.isEmpty {
                out.append(held[position])
                position += 1
                continue
            }
            switch match(candidates, at: position, atEnd) {
            case .none:
                out.append(held[position])
                position += 1
            case .full(let length):
                out.append(contentsOf: SecretForms.mask.utf8)
                position += length
            case .needsMore:
                held.removeFirst(position)
                return out
            }
        }
        held.removeAll()
        return out
    }

    private enum Match { case none, full(Int), needsMore }

    /// Longest first: a shorter form wins only when no longer one can still come.
    private func match(_ candidates: [[UInt8]], at position: Int, _ atEnd: Bool) -> Match {
        let rest = held[position...]
        for candidate in candidates {
            if rest.count >= candidate.count {
                if rest.starts(with: candidate) { return .full(candidate.count) }
            } else if !atEnd, candidate.starts(with: rest) {
                return .needsMore
            }
        }
        return .none
    }
}
