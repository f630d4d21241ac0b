internal import Crypto
package import Domain
internal import FoundationEssentials
internal import JWTKit

/// What a valid access token says: who, in which login session, until when.
package struct AccessClaims: Equatable, Sendable {
    package let user: ID<User>
    package let session: ID<LoginSession>
    package let expiresAt: Timestamp
}

/// Signs and checks access tokens: JWT, HS256, 15 minutes, key id in the header.
///
/// The algorithm and the key come from us, never from the token: `alg` and `kid` are only compared.
package struct AccessTokens: Sendable {
    package static let lifetimeMs: Int64 = 15 * 60_000
    private static let algorithm = "HS256"
    private static let issuer = "assay"
    private static let maximumBytes = 2048
    private let keys: [KeyRing.Key]

    package init(_ ring: KeyRing) { keys = ring.derived(for: "access tokens v1") }

    /// A token for one login session, signed with the newest key.
    package func issue(
        for user: ID<User>, session: ID<LoginSession>, at now: Timestamp
    ) throws -> (token: String, expiresAt: Timestamp) {
        guard let key = keys.first else { throw IdentityError.masterKey("holds no key") }
        // Claims hold whole seconds; rounding down keeps the announced instant and the checked one equal.
        let expiresAt = Timestamp(milliseconds: (now.milliseconds + AccessTokens.lifetimeMs) / 1000 * 1000)
        let claims = Claims(
            iss: AccessTokens.issuer, sub: user.description, sid: session.description,
            iat: now.milliseconds / 1000, exp: expiresAt.milliseconds / 1000)
        let header: JSONValue = ["alg": .string(AccessTokens.algorithm), "kid": .string(key.id), "typ": "JWT"]
        let payload = try DefaultJWTSerializer().serialize(claims)
        let input = base64URL(header.serialized()) + "." + String(decoding: payload, as: UTF8.self)
        let signature = HS256(key: key.secret).sign(Array(input.utf8))
        return (input + "." + base64URL(signature), expiresAt)
    }

    /// The claims of a token that we signed; nil for anything else. The caller compares `expiresAt` with its clock.
    package func claims(of token: String) -> AccessClaims? {
        let bytes = Array(token.utf8)
        guard bytes.count <= AccessTokens.maximumBytes,
            let parsed = try? DefaultJWTParser().parse(bytes, as: Claims.self),
            parsed.header.alg == AccessTokens.algorithm, parsed.header.crit == nil,
            let key = keys.first(where: { $0.id == parsed.header.kid }),
            let end = bytes.lastIndex(of: UInt8(ascii: ".")),
            HS256(key: key.secret).verify(parsed.signature, signs: bytes[..<end]),
            parsed.payload.iss == AccessTokens.issuer, let user = ID<User>(parsed.payload.sub),
            let session = ID<LoginSession>(parsed.payload.sid),
            (0...Int64.max / 1000).contains(parsed.payload.exp)
        else { return nil }
        return AccessClaims(
            user: user, session: session, expiresAt: Timestamp(milliseconds: parsed.payload.exp * 1000))
    }
}

private struct Claims: JWTPayload {
    let iss: String
    let sub: String
    let sid: String
    let iat: Int64
    let exp: Int64

    // Checked by `AccessTokens.claims`, which has the clock of the database.
    func verify(using algorithm: some JWTAlgorithm) {}
}

/// HMAC-SHA-256 through swift-crypto, whose comparison takes constant time. Ours because JWTKit gives its own only to
/// asynchronous callers.
private struct HS256: JWTAlgorithm {
    let key: SymmetricKey
    var name: String { "HS256" }

    func sign(_ plaintext: some DataProtocol) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: plaintext, using: key))
    }

    func verify(_ signature: some DataProtocol, signs plaintext: some DataProtocol) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(Array(signature), authenticating: plaintext, using: key)
    }
}

private func base64URL(_ bytes: [UInt8]) -> String {
    let digits = Data(bytes).base64EncodedString().utf8.filter { $0 != UInt8(ascii: "=") }
    return String(
        decoding: digits.map { digit in
            switch digit {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: digit
            }
        }, as: UTF8.self)
}
