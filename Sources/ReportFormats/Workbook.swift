import Domain

/// A run as a spreadsheet of two sheets, the run and its cases; ECMA-376, with texts inside the cells.
struct Workbook {
    private let report: RunReport
    private static let schema = "http://schemas.openxmlformats.org"
    private static let head = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"# + "\n"

    init(_ report: RunReport) { self.report = report }

    var bytes: [UInt8] {
        let (package, office, main) = (
            Self.schema + "/package/2006", Self.schema + "/officeDocument/2006/relationships",
            Self.schema + "/spreadsheetml/2006/main"
        )
        let sheets = "application/vnd.openxmlformats-officedocument.spreadsheetml."
        var zip = StoredZip()
        zip.add(
            "[Content_Types].xml",
            Self.head + "<Types xmlns=\"\(package)/content-types\"><Default Extension=\"rels\" "
                + "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(sheets)sheet.main+xml\"/>"
                + (1...2).map {
                    "<Override PartName=\"/xl/worksheets/sheet\($0).xml\" ContentType=\"\(sheets)worksheet+xml\"/>"
                }.joined()
                + "</Types>")
        zip.add(
            "_rels/.rels",
            Self.head + "<Relationships xmlns=\"\(package)/relationships\"><Relationship Id=\"r1\" "
                + "Type=\"\(office)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")
        zip.add(
            "xl/workbook.xml",
            Self.head
                + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets><sheet name=\"Run\" sheetId=\"1\" r:id=\"r1\"/>"
                + "<sheet name=\"Cases\" sheetId=\"2\" r:id=\"r2\"/></sheets></workbook>")
        zip.add(
            "xl/_rels/workbook.xml.rels",
            Self.head + "<Relationships xmlns=\"\(package)/relationships\">"
                + (1...2).map {
                    "<Relationship Id=\"r\($0)\" Type=\"\(office)/worksheet\" Target=\"worksheets/sheet\($0).xml\"/>"
                }.joined() + "</Relationships>")
        zip.add("xl/worksheets/sheet1.xml", sheet(main, facts))
        zip.add("xl/worksheets/sheet2.xml", sheet(main, [CaseTable.columns.map { .text($0) }] + CaseTable(report).rows))
        return zip.bytes
    }

    private var facts: [[CaseTable.Cell]] {
        let run = report.run
        let told =
            [("Name", run.name), ("Verdict", run.status.rawValue)] + report.facts
            + (report.url.map { [("Page", $0)] } ?? [])
        return told.map { [.text($0.0), .text($0.1)] }
    }

    private func sheet(_ main: String, _ rows: [[CaseTable.Cell]]) -> String {
        let body = rows.map { row in
            "<row>"
                + row.map { cell in
                    switch cell {
                    case .number(let number): "<c><v>\(number)</v></c>"
                    case .text(let text):
                        "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(cut(text)))</t></is></c>"
                    }
                }.joined() + "</row>"
        }
        return Self.head + "<worksheet xmlns=\"\(main)\"><sheetData>\(body.joined())</sheetData></worksheet>"
    }

    /// A cell holds 32,767 UTF-16 units.
    private func cut(_ text: String) -> String { text.utf16.count <= 32_767 ? text : text.cut(codePoints: 16_000) }
}
