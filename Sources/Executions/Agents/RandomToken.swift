import Crypto
import Domain

/// Secrets that agents hold: made here, stored only as SHA-256.
enum RandomToken {
    /// `prefix` and 256 random bits in hex.
    static func make(_ prefix: String) -> String {
        var generator = SystemRandomNumberGenerator()
        return prefix
            + (0..<4).map { _ in UUIDv7(high: generator.next(), low: 0).description.prefix(18).filter { $0 != "-" } }
            .joined()
    }

    /// The same text for the same parts, as hard to guess as they are.
    static func derived(_ prefix: String, from parts: [String]) -> String {
        prefix + hex(SHA256.hash(data: Array(parts.joined(separator: "\n").utf8)))
    }

    static func sha256(_ token: String) -> [UInt8] { Array(SHA256.hash(data: Array(token.utf8))) }
}
