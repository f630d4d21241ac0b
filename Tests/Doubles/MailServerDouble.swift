import Synchronization

/// A real SMTP server on 127.0.0.1 that keeps what it is handed.
package final class MailServerDouble: Sendable {
    package struct Mail: Sendable, Equatable {
        package var from = ""
        package var to: [String] = []
        /// Lines joined by `\n`, dots unstuffed.
        package var text = ""
    }

    /// What it does with a message.
    package enum Manner: Sendable {
        case accept
        /// Refuses the recipients with this code.
        case refuseRecipients(Int)
        /// Refuses after the text with this code.
        case refuseText(Int)
    }

    private let listener: Listener
    private let mails: Mails

    private final class Mails: Sendable {
        let list = Mutex<[Mail]>([])
        let bell = Bell()
    }

    package init(_ manner: Manner = .accept) throws {
        listener = try Listener()
        let mails = Mails()
        self.mails = mails
        listener.serve { line in MailServerDouble.talk(line, manner, mails) }
    }

    deinit { listener.stop() }

    package var port: Int { listener.port }
    package var received: [Mail] { mails.list.withLock { $0 } }

    /// Waits until at least `count` mails have arrived; false after `timeoutMs`.
    package func waitForMails(_ count: Int = 1, timeoutMs: Int = 5_000) -> Bool {
        mails.bell.wait(timeoutMs: timeoutMs) { received.count >= count }
    }

    private static func talk(_ line: SocketLine, _ manner: Manner, _ mails: Mails) {
        func say(_ text: String) { line.write(Array((text + "\r\n").utf8)) }
        var mail = Mail()
        say("220 double ready")
        while let command = line.readLine() {
            let word = command.prefix(4).uppercased()
            switch word {
            case "EHLO", "HELO": say("250 double")
            case "MAIL":
                mail = Mail(from: address(in: command))
                say("250 ok")
            case "RCPT":
                if case .refuseRecipients(let code) = manner {
                    say("\(code) no such mailbox")
                } else {
                    mail.to.append(address(in: command))
                    say("250 ok")
                }
            case "DATA":
                say("354 go on")
                mail.text = readText(line)
                if case .refuseText(let code) = manner {
                    say("\(code) refused")
                } else {
                    mails.list.withLock { $0.append(mail) }
                    mails.bell.ring()
                    say("250 queued")
                }
            case "QUIT":
                say("221 bye")
                return
            default: say("250 ok")
            }
        }
    }

    private static func address(in command: String) -> String {
        guard let start = command.firstIndex(of: "<"), let end = command.lastIndex(of: ">"), start < end else {
            return ""
        }
        return String(command[command.index(after: start)..<end])
    }

    private static func readText(_ line: SocketLine) -> String {
        var lines: [String] = []
        while let text = line.readLine(), text != "." {
            lines.append(text.hasPrefix(".") ? String(text.dropFirst()) : text)
        }
        return lines.joined(separator: "\n")
    }
}
