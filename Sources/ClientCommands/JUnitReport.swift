import Domain

/// A run in the XML that CI systems read.
struct JUnitReport {
    let run: RunView
    /// Of a suite; a single case stands for itself.
    let cases: [RunView]
    let url: String

    var text: String {
        let cases = run.kind == "suite" ? cases : [run]
        func count(_ outcome: Outcome) -> Int { cases.count { self.outcome(of: $0) == outcome } }
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#,
            #"<testsuites>"#,
            "<testsuite name=\"\(xml(run.name))\" tests=\"\(cases.count)\" failures=\"\(count(.failure))\""
                + " errors=\"\(count(.error))\" skipped=\"\(count(.skipped))\" time=\"\(seconds(run.durationMs))\""
                + (run.startedAt.map { " timestamp=\"\(xml($0))\"" } ?? "") + ">",
            "<properties><property name=\"url\" value=\"\(xml(url))\"/></properties>",
        ]
        for one in cases { lines += element(one) }
        lines += ["</testsuite>", "</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    private enum Outcome: String { case passed, failure, error, skipped }

    private func outcome(of one: RunView) -> Outcome {
        switch one.status {
        case "passed": .passed
        case "cancelled": .skipped
        case "failed", "timeout": one.isUnrunnable ? .error : .failure
        default: .error
        }
    }

    private func element(_ one: RunView) -> [String] {
        let group = "\(run.project).\(run.key ?? run.name)"
        let start =
            "<testcase name=\"\(xml(one.name))\" classname=\"\(xml(group))\" time=\"\(seconds(one.durationMs))\""
        let outcome = outcome(of: one)
        let sentence = one.sentence ?? one.status
        switch outcome {
        case .passed: return [start + "/>"]
        case .skipped: return [start + "><skipped message=\"\(xml(sentence))\"/></testcase>"]
        case .failure, .error:
            let more = [one.error ?? "", one.hint ?? "", url].filter { !$0.isEmpty }.joined(separator: "\n")
            return [
                start + ">",
                "<\(outcome.rawValue) message=\"\(xml(sentence))\" type=\"\(xml(one.errorCode ?? one.status))\">"
                    + xml(more) + "</\(outcome.rawValue)>", "</testcase>",
            ]
        }
    }

    private func seconds(_ milliseconds: Int64?) -> String {
        let value = milliseconds ?? 0
        let rest = String(value % 1_000)
        return "\(value / 1_000)." + String(repeating: "0", count: max(0, 3 - rest.count)) + rest
    }

    /// Escaped for text and attributes; what XML cannot hold becomes U+FFFD.
    private func xml(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "&": out += "&amp;"
            case "\"": out += "&quot;"
            case "\n": out += "&#10;"
            case "\t": out += "&#9;"
            case "\r": out += "&#13;"
            default:
                let isAllowed = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                out.unicodeScalars.append(isAllowed ? scalar : "\u{FFFD}")
            }
        }
        return out
    }
}
