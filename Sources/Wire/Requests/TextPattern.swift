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

    /// ECMA 262 regular expression for OpenAPI; `matches` accepts the same language.
    package var expression: String {
        switch self {
        case .key: "^[a-z0-9][a-z0-9-]{0,62}$"
        case .variable: "^[A-Za-z_][A-Za-z0-9_.-]{0,127}$"
        case .label: "^[A-Za-z0-9._:-]{1,63}$"
        case .email: "^[^@ ]+@[^@ ]+$"
        case .webAddress: "^https?://[^ ]+$"
        case .commit: "^[0-9a-fA-F]{4,64}$"
        case .pointer: "^(/.*)?$"
        case .headerName: "^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}$"
        case .method: "^[A-Z]{1,16}$"
        }
    }

    /// Said after "must be".
    package var description: String {
        switch self {
        case .key: "1 to 63 characters of a-z, 0-9 and '-', beginning with a letter or digit"
        case .variable: "a name of letters, digits, '_', '.' and '-', beginning with a letter or '_'"
        case .label: "1 to 63 letters, digits, '.', '_', ':' or '-'"
        case .email: "an e-mail address"
        case .webAddress: "an http:// or https:// address"
        case .commit: "4 to 64 hex digits"
        case .pointer: "empty or a JSON Pointer that begins with '/'"
        case .headerName: "an HTTP header name"
        case .method: "an HTTP method in capitals"
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
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && isPrintable(bytes)
        case .webAddress:
            let rest =
                text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
            return !rest.isEmpty && isPrintable(bytes)
        case .commit:
            return all(bytes, 4...64) { isDigit($0) || (97...102).contains($0) || (65...70).contains($0) }
        case .pointer: return bytes.isEmpty || bytes.first == slash
        case .headerName: return all(bytes, 1...128) { isWord($0) || Set("!#$%&'*+.^`|~-".utf8).contains($0) }
        case .method: return all(bytes, 1...16) { (65...90).contains($0) }
        }
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
