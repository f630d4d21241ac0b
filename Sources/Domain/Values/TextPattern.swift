/// What a text field may look like: checked by hand, printed in OpenAPI as its regular expression.
package enum TextPattern: CaseIterable, Sendable {
    /// Key of a project, case, suite, item: `[a-z0-9][a-z0-9-]{0,62}`.
    case key
    /// Environment variable, parameter or capture name.
    case variable
    /// Tag or agent label.
    case label
    case email
    /// `http://` or `https://` address.
    case webAddress
    /// Git commit id.
    case commit
    /// RFC 6901 pointer.
    case pointer
    /// HTTP header name (RFC 9110 token).
    case headerName
    /// HTTP method.
    case method
    /// Name that people read: one line, not blank.
    case name
    /// Address that signed events are posted to: printable ASCII, no user or password.
    case endpoint
    /// Secret of outbound signatures.
    case webhookSecret

    /// ECMA 262 regular expression for OpenAPI; `matches` accepts the same language.
    package var expression: String {
        switch self {
        case .key: "^[a-z0-9][a-z0-9-]{0,62}$"
        case .variable: "^[A-Za-z_][A-Za-z0-9_.-]{0,127}$"
        case .label: "^[A-Za-z0-9._:-]{1,63}$"
        case .email: "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+$"
        case .webAddress: "^https?://[^ ]+$"
        case .commit: "^[0-9a-fA-F]{4,64}$"
        case .pointer: "^(/.*)?$"
        case .headerName: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$"
        case .method: "^[A-Z]{1,16}$"
        case .name: #"^(?=.*\S)[^\u0000-\u001F\u007F-\u009F\u2028\u2029]*$"#
        case .endpoint: ##"^https?://[!"$-.0-9;->A-~][!"$-.0-9:;->A-~]*([/?#][!-~]*)?$"##
        case .webhookSecret: "^whsec_[A-Za-z0-9+/]{32,86}={0,2}$"
        }
    }

    /// Said after "must be".
    package var description: String {
        switch self {
        case .key: "1 to 63 characters of a-z, 0-9 and '-', beginning with a letter or digit"
        case .variable: "a name of letters, digits, '_', '.' and '-', beginning with a letter or '_'"
        case .label: "1 to 63 letters, digits, '.', '_', ':' or '-'"
        case .email: "an e-mail address such as name@example.org"
        case .webAddress: "an http:// or https:// address"
        case .commit: "4 to 64 hex digits"
        case .pointer: "empty or a JSON Pointer that begins with '/'"
        case .headerName: "an HTTP header name"
        case .method: "an HTTP method in capitals"
        case .name: "one line that is not blank"
        case .endpoint: "an http:// or https:// address of printable ASCII with a host and no user or password"
        case .webhookSecret: "whsec_ and the base64 of 24 to 64 bytes; left out, one is made"
        }
    }

    package func matches(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        switch self {
        case .key:
            return all(bytes, 1...63) { isLower($0) || isDigit($0) || $0 == dash } && bytes.first != dash
        case .variable:
            return all(bytes, 1...128) { isWord($0) || $0 == dot || $0 == dash }
                && bytes.first.map { isLetter($0) || $0 == underscore } == true
        case .label:
            return all(bytes, 1...63) { isWord($0) || Set("-.:".utf8).contains($0) }
        case .email:
            let parts = bytes.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
            guard parts.count == 2, let local = parts.first, let domain = parts.last else { return false }
            return !local.isEmpty && local.allSatisfy { isWord($0) || Set(".!#$%&'*+/=?^`{|}~-".utf8).contains($0) }
                && !domain.isEmpty && domain.allSatisfy { isLetter($0) || isDigit($0) || $0 == dot || $0 == dash }
        case .webAddress:
            let rest =
                text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
            return !rest.isEmpty && isPrintable(bytes)
        case .commit:
            return all(bytes, 4...64) { isDigit($0) || (97...102).contains($0) || (65...70).contains($0) }
        case .pointer: return bytes.isEmpty || bytes.first == slash
        case .headerName: return all(bytes, 1...128) { isWord($0) || Set("!#$%&'*+.^`|~-".utf8).contains($0) }
        case .method: return all(bytes, 1...16) { (65...90).contains($0) }
        case .name:
            return text.unicodeScalars.contains { !$0.properties.isWhitespace }
                && text.unicodeScalars.allSatisfy {
                    $0.properties.generalCategory != .control && $0 != "\u{2028}" && $0 != "\u{2029}"
                }
        case .endpoint: return isEndpoint(bytes)
        case .webhookSecret:
            guard text.hasPrefix("whsec_") else { return false }
            let code = bytes.dropFirst(6)
            let digits = code.prefix { isLetter($0) || isDigit($0) || $0 == slash || $0 == UInt8(ascii: "+") }
            return (32...86).contains(digits.count) && code.count - digits.count <= 2
                && code.dropFirst(digits.count).allSatisfy { $0 == UInt8(ascii: "=") }
        }
    }

    private func isEndpoint(_ bytes: [UInt8]) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: { bytes.starts(with: $0.utf8) }) else { return false }
        let rest = bytes.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { $0 != slash && $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
        return rest.allSatisfy { $0 > 32 && $0 < 127 } && !authority.isEmpty && authority.first != UInt8(ascii: ":")
            && !authority.contains(UInt8(ascii: "@"))
    }

    private func all(_ bytes: [UInt8], _ length: ClosedRange<Int>, _ accepts: (UInt8) -> Bool) -> Bool {
        length.contains(bytes.count) && bytes.allSatisfy(accepts)
    }
}

private let dash = UInt8(ascii: "-")
private let dot = UInt8(ascii: ".")
private let slash = UInt8(ascii: "/")
private let underscore = UInt8(ascii: "_")

private func isLower(_ byte: UInt8) -> Bool { (97...122).contains(byte) }
private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
private func isLetter(_ byte: UInt8) -> Bool { isLower(byte) || (65...90).contains(byte) }
private func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == underscore }
/// No space, no control character: such text cannot break out of a header or a mail address.
private func isPrintable(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 > 32 && $0 != 127 } }
