import Crypto
import Domain
import MariaDB
import FoundationEssentials
import Testing

@testable import Identity

@Suite struct AccessTokenTests {
    private let user = ID<User>(at: Timestamp(milliseconds: 1))
    private let session = ID<LoginSession>(at: Timestamp(milliseconds: 2))
    private let now = Timestamp(milliseconds: 1_795_000_000_123)

    private func ring(_ lines: [String]) throws -> KeyRing {
        try KeyRing(file: Array(lines.joined(separator: "\n").utf8))
    }

    private let keyA = String(repeating: "a1", count: 32)
    private let keyB = String(repeating: "b2", count: 32)

    @Test func `a token says whom it was issued for`() throws {
        let tokens = AccessTokens(try ring([keyA]))
        let (token, expiresAt) = try tokens.issue(for: user, session: session, at: now)
        #expect(tokens.claims(of: token) == AccessClaims(user: user, session: session, expiresAt: expiresAt))
        #expect(expiresAt == Timestamp(milliseconds: 1_795_000_900_000))
        #expect(token.split(separator: ".").count == 3)
    }

    @Test func `a rotated key still verifies, a dropped one does not`() throws {
        let (token, _) = try AccessTokens(try ring([keyA])).issue(for: user, session: session, at: now)
        #expect(AccessTokens(try ring([keyB, keyA])).claims(of: token) != nil)
        #expect(AccessTokens(try ring([keyB])).claims(of: token) == nil)
    }

    @Test func `every changed byte is noticed`() throws {
        let tokens = AccessTokens(try ring([keyA]))
        let (token, _) = try tokens.issue(for: user, session: session, at: now)
        let bytes = Array(token.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "Q") : UInt8(ascii: "A")
            let text = String(decoding: changed, as: UTF8.self)
            // The last digit of a signature carries two bits that no byte uses: the same signature in other letters.
            if index < bytes.count - 1 { #expect(tokens.claims(of: text) == nil, "byte \(index)") }
        }
    }

    @Test func `tokens that name their own algorithm or key are refused`() throws {
        let tokens = AccessTokens(try ring([keyA]))
        let (token, _) = try tokens.issue(for: user, session: session, at: now)
        let parts = token.split(separator: ".").map(String.init)
        let payload = parts[1]
        let kid = Seal(try ring([keyA])).keyID
        let secret = SymmetricKey(size: .bits256)
        for header in [
            #"{"alg":"none","kid":"\#(kid)","typ":"JWT"}"#, #"{"alg":"None"}"#, #"{"alg":"HS512","kid":"\#(kid)"}"#,
            #"{"alg":"HS256"}"#, #"{"alg":"HS256","kid":"00000000"}"#, #"{"alg":"HS256","kid":"\#(kid)"}"#,
            #"{"alg":"HS256","kid":"\#(kid)","crit":["x"]}"#, #"{"alg":"RS256","kid":"\#(kid)"}"#, "{}", "[]", "null",
        ] {
            let input = base64URL(header) + "." + payload
            let signature = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: secret)
            for end in ["", base64URL(Array(signature)), parts[2]] {
                #expect(tokens.claims(of: input + "." + end) == nil, "\(header)")
            }
        }
    }

    @Test func `a well signed token with foreign claims is refused`() throws {
        let ring = try ring([keyA])
        let key = try #require(ring.derived(for: "access tokens v1").first)
        let tokens = AccessTokens(ring)
        let good = "\"iat\":1,\"exp\":1795000900"
        for payload in [
            #"{"iss":"other","sub":"\#(user)","sid":"\#(session)",\#(good)}"#,
            #"{"iss":"assay","sub":"x","sid":"\#(session)",\#(good)}"#,
            #"{"iss":"assay","sub":"\#(user)","sid":"x",\#(good)}"#,
            #"{"iss":"assay","sub":"\#(user)","sid":"\#(session)","iat":1,"exp":9223372036854775807}"#,
            #"{"iss":"assay","sub":"\#(user)","sid":"\#(session)","iat":1,"exp":-1}"#,
            #"{"iss":"assay","sub":"\#(user)","sid":"\#(session)","iat":1}"#, "{}", "[", "\u{0}",
        ] {
            let input = base64URL(#"{"alg":"HS256","kid":"\#(key.id)"}"#) + "." + base64URL(payload)
            let signature = HMAC<SHA256>.authenticationCode(for: Array(input.utf8), using: key.secret)
            #expect(tokens.claims(of: input + "." + base64URL(Array(signature))) == nil, "\(payload)")
        }
    }

    @Test func `text that is no token is refused`() throws {
        let tokens = AccessTokens(try ring([keyA]))
        for text in hostileTexts + [".", "..", "...", "a.b.c", String(repeating: ".", count: 2048), "é.é.é"] {
            #expect(tokens.claims(of: text) == nil)
        }
    }

    @Test func `an expired token, another user's session and a foreign installation's token do not authenticate`()
        throws
    {
        let cast = try Cast()
        let login = try cast.logIn(cast.owner)
        let now = try cast.pool.transaction { $0.now }
        let expired = try cast.accessTokens.issue(
            for: cast.owner.id, session: login.session, at: now.adding(ms: -AccessTokens.lifetimeMs - 1000)
        ).token
        let stolen = try cast.accessTokens.issue(for: cast.admin.id, session: login.session, at: now).token
        let foreign = try AccessTokens(try KeyRing(file: KeyRing.newFile())).issue(
            for: cast.owner.id, session: login.session, at: now
        ).token
        let unknown = try cast.accessTokens.issue(for: cast.owner.id, session: ID(at: now), at: now).token
        for token in [expired, stolen, foreign, unknown, ""] {
            #expect(throws: IdentityError.unauthenticated) {
                try cast.authenticate.principal(bearer: token, cookie: nil)
            }
        }
        #expect(throws: IdentityError.unauthenticated) { try cast.authenticate.principal(bearer: nil, cookie: nil) }
    }

    private func base64URL(_ text: String) -> String { base64URL(Array(text.utf8)) }

    private func base64URL(_ bytes: [UInt8]) -> String {
        String(
            Data(bytes).base64EncodedString().map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 }.filter { $0 != "=" })
    }
}
