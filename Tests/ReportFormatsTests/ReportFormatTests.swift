import Domain
import ReportFormats
import Testing

/// A run with a case of every kind of end, names that every format has to escape, and a step that printed.
@Suite struct ReportFormatTests {
    private static let strange = "a <b> & \"c\" | `d`, =1"

    private static func document(_ name: String, _ status: String, _ more: [String: JSONValue] = [:]) -> JSONValue {
        let plain: [String: JSONValue] = [
            "id": "1", "name": .string(name), "status": .string(status), "project": "demo", "attempts": 1,
            "startedAt": "2026-11-21T08:00:00.000Z", "finishedAt": "2026-11-21T08:00:01.250Z", "totalDurationMs": 1250,
            "definition": ["key": .string("k-" + status)],
        ]
        return .object(plain.merging(more) { $1 })
    }

    private static let broken: JSONValue = [
        "sequence": 2, "name": "compare", "path": "2", "status": "failed", "durationMs": 40,
        "startedAt": "2026-11-21T08:00:00.100Z", "completedAt": "2026-11-21T08:00:00.140Z",
        "error": ["message": "want 1, got 2"],
        "output": [
            "stdout": ["head": "out ``` <x>", "tail": "", "droppedBytes": 0],
            "stderr": ["head": "begin", "tail": "end", "droppedBytes": 7],
        ],
    ]
    private static let fine: JSONValue = [
        "sequence": 1, "name": "open", "path": "1", "status": "passed", "durationMs": 10,
    ]

    private static func entry(_ document: JSONValue, _ steps: [JSONValue] = []) -> RunReport.Entry {
        RunReport.Entry(document: document, steps: steps, keepsWhole: true)
    }

    static let report = RunReport(
        document(
            strange, "failed",
            [
                "number": 12, "kind": "suite", "environment": "staging", "startedBy": ["name": "Ines"],
                "revision": ["branch": "main", "commit": "0123abc"], "definition": ["key": "nightly"],
            ]),
        cases: [
            entry(document("good", "passed"), [fine]), entry(document("shaky", "passed", ["attempts": 2])),
            entry(
                document(
                    strange, "failed", ["error": ["code": "step_failed", "message": "want 1, got 2", "hint": "look"]]),
                [fine, broken]),
            entry(document("slow", "timeout")), entry(document("lost", "aborted", ["reason": "agent_lost"])),
            entry(document("unset", "failed", ["error": ["code": "precondition_failed", "message": "x is not set"]])),
            entry(document("stopped", "cancelled", ["reason": "suiteStopped"])), entry(document("left out", "skipped")),
            entry(document("waits", "pending", ["startedAt": .null, "finishedAt": .null, "totalDurationMs": .null])),
        ], at: Timestamp(milliseconds: 0), url: "https://assay.example/p/demo/runs/12")

    private func text(_ format: ReportFormat) -> String { String(decoding: format.write(Self.report), as: UTF8.self) }

    @Test func `JUnit tells failures from what could not be run`() {
        let xml = text(.junit)
        #expect(xml.contains("tests=\"9\" failures=\"2\" errors=\"2\" skipped=\"3\" time=\"1.250\""))
        #expect(xml.contains("<testcase name=\"good\" classname=\"demo.nightly\" time=\"1.250\"/>"))
        #expect(xml.contains("name=\"a &lt;b&gt; &amp; &quot;c&quot; | `d`, =1\""))
        #expect(
            xml.contains(
                "<failure message=\"want 1, got 2\" type=\"step_failed\">want 1, got 2&#10;In step: compare&#10;look&#10;https"
            ))
        #expect(xml.contains("<system-out>out ``` &lt;x&gt;</system-out>"))
        #expect(xml.contains("<error message=\"its agents were lost\" type=\"aborted\">"))
        #expect(xml.contains("<error message=\"x is not set\""))
        #expect(xml.contains("<skipped message=\"the suite stopped before it began\"/>"))
        #expect(xml.contains("<property name=\"attempts\" value=\"2\"/>"))
    }

    @Test func `CTRF counts and says how each ended`() throws {
        let results = try #require(try JSONParser.parse(ReportFormat.ctrf.write(Self.report))["results"])
        #expect(
            results["summary"] == [
                "tests": 9, "passed": 2, "failed": 3, "skipped": 2, "pending": 1, "other": 1, "flaky": 1, "suites": 1,
                "start": 1_795_248_000_000, "stop": 1_795_248_001_250,
            ])
        let third = results["tests"]?.array?[2]
        #expect(third?["rawStatus"] == "failed" && third?["stdout"] == ["out ``` <x>"])
        #expect(third?["steps"] == [["name": "open", "status": "passed"], ["name": "compare", "status": "failed"]])
        #expect(results["environment"]?["buildUrl"] == "https://assay.example/p/demo/runs/12")
    }

    @Test func `tables quote, and no text becomes a formula`() {
        let lines = text(.csv).split(separator: "\r\n").map(String.init)
        #expect(
            lines[0] == "\u{FEFF}number,key,name,status,attempts,flaky,started,finished,duration_ms,error_code,error")
        #expect(lines[2].hasPrefix("2,k-passed,shaky,passed,2,yes,"))
        #expect(
            lines[3].contains(",\"a <b> & \"\"c\"\" | `d`, =1\",failed,")
                && lines[3].hasSuffix(",1250,step_failed,\"want 1, got 2\""))
        #expect(lines[9].hasPrefix("9,k-pending,waits,pending,1,,,,,,"))
        let evil = RunReport(
            Self.document("=cmd()", "passed"), cases: [Self.entry(Self.document("=cmd()", "passed"))],
            at: Timestamp(milliseconds: 0), url: nil)
        #expect(String(decoding: ReportFormat.csv.write(evil), as: UTF8.self).contains(",'=cmd(),"))
    }

    @Test func `Markdown escapes names and fences output`() {
        let markdown = text(.markdown)
        #expect(
            markdown.hasPrefix("# [a \\<b\\> & \"c\" \\| \\`d\\`, =1](https://assay.example/p/demo/runs/12): failed\n"))
        #expect(markdown.contains("**2** passed · **2** failed · **1** timeout"))
        #expect(markdown.contains("````text\nbegin\n… 7 bytes are not kept here …\nend\n````") == false)
        #expect(markdown.contains("```text\nbegin\n… 7 bytes are not kept here …\nend\n```"))
        #expect(markdown.contains("- shaky, attempt 2"))
    }

    @Test func `the page stands alone and shows no markup of strangers`() {
        let html = text(.html)
        #expect(!html.contains("<b>a") && !html.contains("a <b>") && html.contains("a &lt;b&gt; &amp;"))
        #expect(!html.contains("<script") && !html.contains("src=") && !html.contains("<link"))
        #expect(
            html.contains(">out ``` &lt;x&gt;</pre>")
                && html.contains("<li><span class=\"failed\">failed</span> compare"))
        #expect(html.contains("passed, attempt 2"))
    }

    @Test func `JSON holds what the API answers, with steps`() throws {
        let document = try JSONParser.parse(ReportFormat.json.write(Self.report))
        #expect(document["run"]?["number"] == 12 && document["cases"]?.array?.count == 9)
        #expect(document["cases"]?.array?[2]["steps"] == [Self.fine, Self.broken])
        #expect(document["url"] == "https://assay.example/p/demo/runs/12")
    }

    @Test func `Cucumber messages come in the order that their readers want`() throws {
        let lines = try text(.cucumberMessages).split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)) }
        let kinds = lines.compactMap { $0.object?.keys.first }
        #expect(kinds.prefix(3) == ["meta", "source", "gherkinDocument"] && kinds.last == "testRunFinished")
        #expect(kinds.count { $0 == "pickle" } == 9 && kinds.count { $0 == "testCase" } == 9)
        #expect(kinds.count { $0 == "testStepFinished" } == 10 && kinds.count { $0 == "attachment" } == 2)
        let source = lines[1]["source"]?["data"]?.string?.split(separator: "\n", omittingEmptySubsequences: false)
        let nodes = lines[2]["gherkinDocument"]?["feature"]?["children"]?.array ?? []
        for node in nodes {
            let line = Int(node["scenario"]?["location"]?["line"]?.integer ?? 0)
            #expect(source?[line - 1].hasPrefix("  Scenario: ") == true)
        }
    }

    @Test func `a spreadsheet is a zip of parts whose sums are right`() {
        let bytes = ReportFormat.xlsx.write(Self.report)
        #expect(Array(bytes.prefix(4)) == [0x50, 0x4B, 3, 4] && bytes.count > 2000)
        #expect(
            String(decoding: bytes, as: UTF8.self).contains("<t xml:space=\"preserve\">a &lt;b&gt; &amp; &quot;c&quot;")
        )
    }

    @Test func `every format has a type and an ending of its own`() {
        #expect(Set(ReportFormat.allCases.map(\.fileExtension)).count == ReportFormat.allCases.count)
        #expect(ReportFormat.allCases.map(\.mediaType).allSatisfy { $0.contains("/") })
    }
}
