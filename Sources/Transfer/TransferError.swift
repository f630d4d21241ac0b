/// Why an exchange did not come to a reply.
package struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Stable names, shown to people and kept with deliveries.
    package enum Reason: String, Sendable, CaseIterable {
        case invalidRequest
        case dnsLookupFailed
        case connectionRefused
        case connectionLost
        case timedOut
        case tlsFailed
        case addressRefused
        case tooManyRedirects
        case replyTooLarge
        case sendFailed
        case badReply
        case mailRejected
        case authenticationFailed
        case aborted
    }

    package let reason: Reason
    /// One sentence for a person; never holds a header or a credential.
    package let message: String
    /// SMTP code of the refusal, when there was one.
    package let code: Int?

    package init(_ reason: Reason, _ message: String, code: Int? = nil) {
        self.reason = reason
        self.message = message
        self.code = code
    }

    /// Whether the same exchange can be expected to fail again.
    package var isPermanent: Bool {
        switch reason {
        case .invalidRequest, .addressRefused, .authenticationFailed: true
        case .mailRejected: (500..<600).contains(code ?? 0)
        default: false
        }
    }

    package var description: String { "\(reason.rawValue): \(message)" }
}
