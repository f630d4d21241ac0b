import Domain
import Testing

@testable import Identity

@Suite struct KeyTests {
    @Test func `a new file is read back and every file differs`() throws {
        let file = KeyRing.newFile()
        #expect(file.count == 65)
        #expect(try KeyRing(file: file).keys.count == 1)
        #expect(KeyRing.newFile() != file)
        #expect(try KeyRing(file: Array(repeating: 7, count: 32)).keys.count == 1)
    }

    @Test func `comments and blank lines are skipped, the first key is the newest`() throws {
        let first = String(repeating: "0f", count: 32)
        let second = String(repeating: "F0", count: 32)
        let ring = try KeyRing(file: Array("# rotated 2026\n\n \(first) \r\n\(second)\n".utf8))
        #expect(ring.keys.count == 2)
        #expect(Seal(ring).keyID == Seal(try KeyRing(file: Array(first.utf8))).keyID)
    }

    @Test(arguments: [
        "", "# only a comment\n", "abc", String(repeating: "0g", count: 32), String(repeating: "00", count: 31),
        String(repeating: "0", count: 63), String(repeating: "é", count: 64),
    ])
    func `what is no key is refused without being quoted`(text: String) throws {
        do {
            _ = try KeyRing(file: Array(text.utf8))
            Issue.record("accepted")
        } catch IdentityError.masterKey(let message) {
            #expect(text.isEmpty || !message.contains(text))
        }
        #expect(throws: IdentityError.self) { try KeyRing(file: [0xff, 0xfe]) }
    }

    @Test func `what was sealed opens in its place only`() throws {
        let seal = Seal(try KeyRing(file: KeyRing.newFile()))
        for text in hostileTexts {
            let sealed = try seal.seal(Array(text.utf8), context: "secret/p/NAME")
            #expect(try seal.open(sealed, context: "secret/p/NAME") == Array(text.utf8))
            #expect(throws: IdentityError.sealBroken) { try seal.open(sealed, context: "secret/p/NAMED") }
            #expect(try seal.seal(Array(text.utf8), context: "secret/p/NAME") != sealed)
        }
    }

    @Test func `every changed or missing byte breaks the seal`() throws {
        let seal = Seal(try KeyRing(file: KeyRing.newFile()))
        let sealed = try seal.seal(Array("value".utf8), context: "c")
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: IdentityError.sealBroken) { try seal.open(changed, context: "c") }
            #expect(throws: IdentityError.sealBroken) { try seal.open(Array(sealed[..<index]), context: "c") }
        }
        #expect(throws: IdentityError.sealBroken) { try seal.open([], context: "c") }
    }

    @Test func `an older key opens, the newest seals`() throws {
        let old = KeyRing.newFile()
        let sealed = try Seal(try KeyRing(file: old)).seal([1, 2, 3], context: "c")
        let both = Seal(try KeyRing(file: KeyRing.newFile() + old))
        #expect(try both.open(sealed, context: "c") == [1, 2, 3])
        let again = try both.seal([1, 2, 3], context: "c")
        #expect(throws: IdentityError.sealBroken) { try Seal(try KeyRing(file: old)).open(again, context: "c") }
    }

    @Test func `a password hash is argon2id with the agreed cost and checks only its password`() throws {
        let hasher = try PasswordHasher()
        let hash = try hasher.hash("pässwörd 🧪")
        #expect(hash.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(try hasher.verify("pässwörd 🧪", against: hash))
        #expect(try !hasher.verify("passwort", against: hash))
        #expect(try !hasher.verify("", against: hash))
        #expect(try !hasher.verify("pässwörd 🧪", against: nil))
        #expect(try !hasher.verify("x", against: "not a hash"))
        #expect(try hasher.hash("pässwörd 🧪") != hash)
    }

    @Test func `a hasher without a free turn says it is busy`() throws {
        let hasher = try PasswordHasher(atOnce: 0, waitMs: 1)
        #expect(throws: IdentityError.busy) { try hasher.hash("password") }
        #expect(throws: IdentityError.busy) { try hasher.verify("password", against: nil) }
    }
}
