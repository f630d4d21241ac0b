package import Transfer

/// The way out: what a message may reach and through which mail server.
package struct Outbound: Sendable {
    /// Which addresses a webhook may lead to.
    package let policy: AddressPolicy
    /// nil: mails cannot be sent from here.
    package let mail: MailRoute?
    /// Where people reach Assay, without a slash at the end; links begin with it.
    package let publicURL: String

    package init(policy: AddressPolicy, mail: MailRoute?, publicURL: String) {
        self.policy = policy
        self.mail = mail
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }
}

/// The mail server and the sender's address.
package struct MailRoute: Sendable {
    package let server: SMTPServer
    package let from: String

    package init(server: SMTPServer, from: String) {
        self.server = server
        self.from = from
    }
}
