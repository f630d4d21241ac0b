import Domain
import MariaDB
import Testing
import Transfer

@testable import Alerts

@Suite struct MailMessageTests {
    private func message(subject: String, text: String = "Hello", to: [String] = ["a@b.example"]) -> String {
        String(
            decoding: MailMessage(
                from: "assay@assay.example", to: to, subject: subject, text: text, id: "0198",
                at: Timestamp(milliseconds: 0)
            ).bytes, as: UTF8.self)
    }

    @Test func `line breaks in any field begin no header`() {
        let text = message(
            subject: "x\r\nBcc: evil@example.org\r\n\r\nbody", text: "\r\n.\r\nQUIT",
            to: ["a@b.example\r\nBcc: evil@c"])
        let head = text.components(before: "\r\n\r\n")
        #expect(!head.contains("\r\nBcc:"))
        #expect(!text.contains("\r\n.\r\n"))
        #expect(head.hasPrefix("Date: Thu, 1 Jan 1970 00:00:00 +0000\r\n"))
        #expect(head.contains("\r\nMessage-ID: <0198@assay.example>\r\n"))
    }

    @Test func `a subject in any script is encoded and decodes to itself`() {
        let subject = "Prüfung „nachts“ 失敗しました 👩‍🚒 " + String(repeating: "ß", count: 80)
        let words = EncodedWords.encode(subject).split(separator: "\r\n ").map(String.init)
        #expect(words.count > 1)
        var decoded: [UInt8] = []
        for word in words {
            #expect(word.utf8.count <= 75)
            #expect(word.hasPrefix("=?UTF-8?B?") && word.hasSuffix("?="))
            let bytes = Base64.decode(word.dropFirst(10).dropLast(2)) ?? []
            #expect(String(validating: bytes, as: UTF8.self) != nil)
            decoded += bytes
        }
        #expect(String(decoding: decoded, as: UTF8.self) == subject)
    }

    @Test func `a plain subject stays plain, one that looks encoded does not`() {
        #expect(EncodedWords.encode("All good") == "All good")
        #expect(EncodedWords.encode("=?UTF-8?B?aGk=?=") != "=?UTF-8?B?aGk=?=")
        #expect(EncodedWords.encode(String(repeating: "a", count: 200)).split(separator: "\r\n").count > 1)
    }

    @Test func `no line is longer than mail allows`() {
        let text = message(subject: String(repeating: "é", count: 300), text: String(repeating: "word ", count: 500))
        #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    }
}

extension String {
    fileprivate func components(before separator: String) -> String {
        var head = ""
        for line in split(separator: "\r\n", omittingEmptySubsequences: false) {
            if line.isEmpty { break }
            head += line + "\r\n"
        }
        return head
    }
}

@Suite struct RenderNotificationTests {
    @Test func `a resolved alert says how it ended`() throws {
        let fixture = try AlertsFixture()
        let alert = try fixture.openAlert()
        let ended = try fixture.pool.transaction {
            try ChangeAlert().resolve(
                alert.id, project: fixture.project, by: fixture.alice, comment: "Server was full.", in: $0)
        }
        let rendered = RenderNotification(
            occasion: .resolved, projectKey: "demo", alert: ended, runNumber: nil, channelName: "Hook",
            createdAt: fixture.noon, publicURL: "https://assay.example"
        ).render()
        #expect(rendered.subject == "[Assay] demo: resolved: Nightly health")
        #expect(rendered.text.hasPrefix("Server was full.\n"))
        #expect(rendered.text.contains("Resolved: 2026-11-21T12:00:00.000Z"))
        #expect(rendered.text.hasSuffix("https://assay.example/p/demo\n"))
        #expect(rendered.json["type"] == "alert.resolved")
        #expect(rendered.json.value(at: "/data/alert/resolvedAt") == "2026-11-21T12:00:00.000Z")
    }

    @Test func `a test names its channel`() {
        let rendered = RenderNotification(
            occasion: .test, projectKey: "demo", alert: nil, runNumber: nil, channelName: "Hook",
            createdAt: Timestamp(milliseconds: 0), publicURL: "https://assay.example"
        ).render()
        #expect(rendered.subject == "[Assay] demo: test of Hook")
        #expect(rendered.text.contains("This is a test of the channel Hook"))
    }
}
