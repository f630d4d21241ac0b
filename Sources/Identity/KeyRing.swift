internal import Crypto
import Domain

/// The master keys of one installation, newest first: the first seals and signs, the others only open and verify.
///
/// The file holds one key a line, 64 hex digits; blank lines and lines that begin with `#` are skipped. To rotate, put
/// a new line on top; a key may go when nothing sealed by it is left.
package struct KeyRing: Sendable {
    struct Key: Sendable {
        /// First 8 hex digits of the key's SHA-256.
        let id: String
        let secret: SymmetricKey
    }

    let keys: [Key]

    /// Reads the bytes of `$ASSAY_HOME/master.key`: the text form, or one key as exactly 32 raw bytes.
    /// - Throws: `IdentityError.masterKey`, which never quotes the file.
    package init(file: [UInt8]) throws {
        if file.count == 32 {
            keys = [Key(file)]
            return
        }
        guard let text = String(validating: file, as: UTF8.self) else {
            throw IdentityError.masterKey("neither 32 bytes nor text")
        }
        var found: [Key] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let word = line.filter { !$0.isWhitespace }
            if word.isEmpty || word.hasPrefix("#") { continue }
            guard let bytes = bytesOfHex(word), bytes.count == 32 else {
                throw IdentityError.masterKey("line \(index + 1) is not 64 hex digits")
            }
            found.append(Key(bytes))
        }
        guard !found.isEmpty else { throw IdentityError.masterKey("holds no key") }
        keys = found
    }

    /// The text of a file with one fresh key.
    package static func newFile() -> [UInt8] {
        Array((hex(randomBytes(32)) + "\n").utf8)
    }

    /// Keys for one purpose, so that a signature never meets a cipher under the same key.
    func derived(for purpose: String) -> [Key] {
        keys.map { key in
            Key(
                id: key.id,
                secret: HKDF<SHA256>.deriveKey(
                    inputKeyMaterial: key.secret, info: Array("assay \(purpose)".utf8), outputByteCount: 32))
        }
    }
}

extension KeyRing.Key {
    init(_ bytes: [UInt8]) {
        self.init(id: hex(Array(SHA256.hash(data: bytes))).cut(codePoints: 8), secret: SymmetricKey(data: bytes))
    }
}

/// Lower-case hex digits.
func hex(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

func bytesOfHex(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for scalar in text.unicodeScalars {
        guard scalar.isASCII, let digit = Character(scalar).hexDigitValue else { return nil }
        if let first = high {
            bytes.append(first << 4 | UInt8(digit))
            high = nil
        } else {
            high = UInt8(digit)
        }
    }
    return high == nil ? bytes : nil
}

/// Bytes from the system's generator.
func randomBytes(_ count: Int) -> [UInt8] {
    var generator = SystemRandomNumberGenerator()
    return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
}

func sha256(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }
