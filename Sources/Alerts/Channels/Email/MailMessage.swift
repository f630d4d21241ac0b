import Domain
import Transfer

/// A plain-text mail as RFC 5322 and MIME want it.
struct MailMessage {
    let from: String
    let to: [String]
    let subject: String
    let text: String
    /// Makes the Message-ID, stable over tries.
    let id: String
    let at: Timestamp

    /// Headers and body with CRLF line ends. The body travels as base64, so no line is too long and none begins with a
    /// dot; the subject as encoded words, so nothing in it can begin a header.
    var bytes: [UInt8] {
        let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
        let headers = [
            "Date: \(date)", "From: Assay <\(header(from))>", "To: \(to.map(header).joined(separator: ",\r\n "))",
            "Subject: \(EncodedWords.encode(subject))", "Message-ID: <\(header(id))@\(header(domain))>",
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        return Array((headers.joined(separator: "\r\n") + "\r\n\r\n" + wrapped(Base64.encode(text.utf8))).utf8)
    }

    /// Printable ASCII only: a line break would begin another header.
    private func header(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 > 32 && $0 < 127 }, as: UTF8.self)
    }

    private func wrapped(_ base64: String) -> String {
        var rest = Array(base64.utf8)[...]
        var text = ""
        while !rest.isEmpty {
            text += String(decoding: rest.prefix(76), as: UTF8.self) + "\r\n"
            rest = rest.dropFirst(76)
        }
        return text
    }

    /// `Sat, 21 Nov 2026 03:39:33 +0000`.
    private var date: String {
        let civil = CivilTime(milliseconds: at.milliseconds)
        // 1970-01-01 was a Thursday.
        let days = CivilTime.daysSinceEpoch(year: civil.year, month: civil.month, day: civil.day)
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let weekday = weekdays[((days % 7) + 7) % 7]
        let month = months[min(max(civil.month, 1), 12) - 1]
        return "\(weekday), \(civil.day) \(month) \(civil.year) "
            + "\(two(civil.hour)):\(two(civil.minute)):\(two(civil.second)) +0000"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
}

/// RFC 2047: header text outside printable ASCII as base64 words, short enough for lines of 76 with the header's name.
enum EncodedWords {
    static func encode(_ text: String) -> String {
        // A word that only looks encoded must not be read as one.
        let isPlain = text.utf8.allSatisfy { $0 >= 32 && $0 < 127 } && text.utf8.count <= 60 && !text.contains("=?")
        if isPlain { return text }
        var words: [String] = []
        var chunk: [UInt8] = []
        for character in text.unicodeScalars {
            let bytes = Array(String(character).utf8)
            // 39 bytes make 52 characters of base64, with 12 around them; a character is never split.
            if chunk.count + bytes.count > 39 {
                words.append("=?UTF-8?B?\(Base64.encode(chunk))?=")
                chunk = []
            }
            chunk += bytes
        }
        if !chunk.isEmpty { words.append("=?UTF-8?B?\(Base64.encode(chunk))?=") }
        return words.joined(separator: "\r\n ")
    }
}
