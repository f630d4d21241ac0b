import Doubles
import Testing
import Transfer

@Suite struct MailTests {
    private let message = Array("Subject: Hi\r\nTo: a@example.org\r\n\r\nline\r\n.dot\r\n".utf8)

    @Test func `a mail reaches every recipient unchanged`() throws {
        let double = try MailServerDouble()
        let server = SMTPServer(host: "127.0.0.1", port: double.port)
        try sendMail(
            server: server, from: "assay@example.org", to: ["a@example.org", "b@example.org"], message: message)
        let mail = try #require(double.received.first)
        #expect(mail.from == "assay@example.org")
        #expect(mail.to == ["a@example.org", "b@example.org"])
        #expect(mail.text == "Subject: Hi\nTo: a@example.org\n\nline\n.dot")
        #expect(double.waitForMails())
    }

    @Test(arguments: [(550, true), (451, false)])
    func `a refused recipient is told with its code`(code: Int, isPermanent: Bool) throws {
        let double = try MailServerDouble(.refuseRecipients(code))
        do {
            try sendMail(
                server: SMTPServer(host: "127.0.0.1", port: double.port), from: "a@b", to: ["c@d"], message: message)
            Issue.record("the mail was taken")
        } catch {
            #expect(error.reason == .mailRejected && error.code == code && error.isPermanent == isPermanent)
            #expect(error.description.hasPrefix("mailRejected: "))
        }
    }

    @Test func `a refused text is told with its code`() throws {
        let double = try MailServerDouble(.refuseText(554))
        do {
            try sendMail(
                server: SMTPServer(host: "127.0.0.1", port: double.port), from: "a@b", to: ["c@d"], message: message)
            Issue.record("the mail was taken")
        } catch {
            #expect(error.reason == .mailRejected && error.code == 554)
        }
    }

    @Test func `addresses that would change the dialogue are refused`() throws {
        let server = SMTPServer(host: "127.0.0.1", port: 1)
        for address in ["a@b>\r\nRCPT TO:<x@y", "no-at", "@b", "a b@c"] {
            #expect(reason { try sendMail(server: server, from: "a@b", to: [address], message: []) } == .invalidRequest)
        }
        #expect(reason { try sendMail(server: server, from: "a@b", to: [], message: []) } == .invalidRequest)
    }

    @Test func `required protection is not given up`() throws {
        let double = try MailServerDouble()
        var server = SMTPServer(
            host: "127.0.0.1", port: double.port, protection: .startTLS, user: "u", password: "p")
        #expect(reason { try sendMail(server: server, from: "a@b", to: ["c@d"], message: message) } == .tlsFailed)
        server.protection = .tls
        server.timeoutMs = 300
        #expect(reason { try sendMail(server: server, from: "a@b", to: ["c@d"], message: message) } != nil)
        server.protection = .none
        server.policy = .publicOnly
        #expect(reason { try sendMail(server: server, from: "a@b", to: ["c@d"], message: message) } == .addressRefused)
        #expect(double.received.isEmpty)
    }
}
