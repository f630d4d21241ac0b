internal import Crypto

/// Encrypts values at rest with AES-GCM, bound to the place they are stored at.
///
/// Sealed form: version 1, 4 bytes of key id, 12 bytes of nonce, ciphertext, 16 bytes of tag. `context` is authenticated
/// but not stored: a value copied to another row does not open there.
package struct Seal: Sendable {
    private static let version: UInt8 = 1
    private static let headerLength = 5
    private let keys: [KeyRing.Key]

    package init(_ ring: KeyRing) { keys = ring.derived(for: "sealed values v1") }

    /// The id of the key that seals now: 8 hex digits.
    package var keyID: String { keys.first?.id ?? "" }

    /// Encrypts `plain` for the place `context`.
    package func seal(_ plain: [UInt8], context: String) throws -> [UInt8] {
        guard let key = keys.first, let id = bytesOfHex(key.id) else { throw IdentityError.masterKey("holds no key") }
        let box = try AES.GCM.seal(plain, using: key.secret, authenticating: Array(context.utf8))
        return [Seal.version] + id + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
    }

    /// The plain text of what `seal` made for the same `context`.
    /// - Throws: `IdentityError.sealBroken`.
    package func open(_ sealed: [UInt8], context: String) throws -> [UInt8] {
        guard sealed.first == Seal.version, sealed.count >= Seal.headerLength + 28 else {
            throw IdentityError.sealBroken
        }
        let id = hex(Array(sealed[1..<Seal.headerLength]))
        for key in keys where key.id == id {
            if let box = try? AES.GCM.SealedBox(combined: sealed[Seal.headerLength...]),
                let plain = try? AES.GCM.open(box, using: key.secret, authenticating: Array(context.utf8))
            {
                return Array(plain)
            }
        }
        throw IdentityError.sealBroken
    }
}
