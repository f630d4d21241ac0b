import Crypto
package import Domain
import FastCGI
import Identity
import Wire

/// What makes a repeated POST the same request: who, the client's key, and the body.
package struct IdempotencyMark: Hashable, Sendable {
    package let principal: UUIDv7
    package let key: String
    package let bodySHA256: [UInt8]
}

extension Call {
    /// The mark of `Idempotency-Key`; nil without the header.
    ///
    /// The hash covers route and body, so that a key used on two routes conflicts instead of answering the wrong thing.
    package func idempotencyMark() throws -> IdempotencyMark? {
        guard let key = request.header("Idempotency-Key") else { return nil }
        guard (1...128).contains(key.utf8.count), key.utf8.allSatisfy({ (33...126).contains($0) }) else {
            throw Problem.invalid("header: Idempotency-Key", "must be 1 to 128 visible ASCII characters")
        }
        let content = Array("\(request.method) \(request.path)\n".utf8) + body.serialized()
        return IdempotencyMark(
            principal: try principal().id, key: key, bodySHA256: Array(SHA256.hash(data: content)))
    }
}
