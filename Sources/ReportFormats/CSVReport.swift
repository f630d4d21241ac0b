import Domain

/// The columns of a table of cases, and a row for each.
struct CaseTable {
    static let columns = [
        "number", "key", "name", "status", "attempts", "flaky", "started", "finished", "duration_ms", "error_code",
        "error",
    ]
    let rows: [[Cell]]

    enum Cell {
        case text(String)
        case number(Int64)
    }

    init(_ report: RunReport) {
        rows = report.cases.enumerated().map { at, one in
            [
                .number(Int64(at + 1)), .text(one.key), .text(one.name), .text(one.status.rawValue),
                .number(one.attempts),
                .text(one.isFlaky ? "yes" : ""), .text(one.startedAt ?? ""), .text(one.finishedAt ?? ""),
                one.durationMs.map { .number($0) } ?? .text(""), .text(one.errorCode ?? ""),
                .text(one.status == .passed ? "" : one.sentence),
            ]
        }
    }
}

/// The cases of a run as RFC 4180 has it, with a byte order mark so that spreadsheets read it as UTF-8.
struct CSVReport {
    private let table: CaseTable

    init(_ report: RunReport) { table = CaseTable(report) }

    var text: String {
        let lines =
            [CaseTable.columns]
            + table.rows.map { row in
                row.map { cell in
                    switch cell {
                    case .number(let number): String(number)
                    case .text(let text): quoted(text)
                    }
                }
            }
        return "\u{FEFF}" + lines.map { $0.joined(separator: ",") + "\r\n" }.joined()
    }

    /// A text that a spreadsheet would take for a formula gets an apostrophe: names come from files of strangers.
    private func quoted(_ text: String) -> String {
        let isFormula = text.first.map { "=+-@\t\r".contains($0) } ?? false
        let safe = isFormula ? "'" + text : text
        let needsQuotes = safe.unicodeScalars.contains { ["\"", ",", "\n", "\r"].contains($0) }
        return needsQuotes ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
    }
}
