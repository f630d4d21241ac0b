import CCurl

/// A mail server to hand messages to.
package struct SMTPServer: Sendable, Equatable {
    /// How the connection is protected.
    package enum Protection: String, Sendable {
        case none
        /// STARTTLS, required.
        case startTLS
        /// TLS from the first byte.
        case tls
    }

    package var host: String
    package var port: Int
    package var protection: Protection
    package var user: String?
    package var password: String?
    package var policy: AddressPolicy
    package var timeoutMs: Int
    package var verifiesTLS: Bool
    package var caFile: String?

    package init(
        host: String, port: Int = 25, protection: Protection = .none, user: String? = nil, password: String? = nil,
        policy: AddressPolicy = .anyAddress, timeoutMs: Int = 20_000, verifiesTLS: Bool = true, caFile: String? = nil
    ) {
        self.host = host
        self.port = port
        self.protection = protection
        self.user = user
        self.password = password
        self.policy = policy
        self.timeoutMs = timeoutMs
        self.verifiesTLS = verifiesTLS
        self.caFile = caFile
    }
}

/// Hands one message to `server`; `message` is RFC 5322 text with its headers and CRLF line ends.
///
/// - Throws: `TransferError`; `mailRejected` carries the server's code.
/// Blocks; call on a worker thread.
package func sendMail(
    server: SMTPServer, from: String, to: [String], message: [UInt8], abort: AbortSwitch? = nil
) throws(TransferError) {
    guard !to.isEmpty else { throw TransferError(.invalidRequest, "a mail needs a recipient") }
    for address in to + [from] where !address.isMailAddress {
        throw TransferError(.invalidRequest, "'\(address)' is not a mail address")
    }
    let handle = try CurlHandle()
    handle.setDefaults(connectTimeoutMs: min(10_000, server.timeoutMs), totalTimeoutMs: server.timeoutMs)
    handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
    let host = server.host.contains(":") ? "[\(server.host)]" : server.host
    handle.set(CURLOPT_URL, "\(server.protection == .tls ? "smtps" : "smtp")://\(host):\(server.port)")
    handle.setTLS(verifies: server.verifiesTLS, caFile: server.caFile)
    if server.protection == .startTLS { handle.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    if let user = server.user { handle.set(CURLOPT_USERNAME, user) }
    if let password = server.password { handle.set(CURLOPT_PASSWORD, password) }
    handle.set(CURLOPT_MAIL_FROM, "<\(from)>")
    handle.set(CURLOPT_MAIL_RCPT, lines: to.map { "<\($0)>" })
    handle.set(CURLOPT_UPLOAD, 1)
    let exchange = Exchange(policy: server.policy, message: message)
    handle.setCallbacks(exchange)
    do {
        try handle.run(exchange, abort: abort)
    } catch {
        let code = handle.integer(CURLINFO_RESPONSE_CODE)
        guard code >= 400, [.sendFailed, .badReply, .connectionLost].contains(error.reason) else { throw error }
        throw TransferError(.mailRejected, error.message, code: code)
    }
}

extension String {
    /// A plain `name@host`: no spaces, brackets or line breaks that would change the dialogue.
    fileprivate var isMailAddress: Bool {
        let at = firstIndex(of: "@")
        return at != nil && at != startIndex && utf8.allSatisfy { $0 > 32 && $0 != 127 && $0 != 60 && $0 != 62 }
    }
}
