import Testing

@testable import ResultFormats

@Suite struct NDJSONTests {
    static let sample = Array(
        """
        {"run": {"key": "r", "startedAt": "2020-01-01T00:00:00Z", "tags": ["a"]}}
        {"result": {"test": "a", "status": "error", "attempt": 2, "durationMs": 1.5, "error": {"message": "m"}, "steps": [{"name": "s", "status": "passed"}]}}
        """.utf8)

    @Test func runsAndResultsComeInTheirOrder() throws {
        let read = Reading(
            .ndjson,
            #"""
            {"run": {"key": "r1", "name": "Nightly", "suite": "s", "branch": "main", "commit": "abc", "environment": "ci", "startedAt": "2020-01-01T00:00:00Z", "finishedAt": 1577836860000, "url": "http://x", "tags": ["a"]}}
            {"result": {"test": "a.b", "name": "B", "status": "error", "attempt": 2, "startedAt": 1577836800500, "durationMs": 12, "error": {"type": "T", "message": "m", "stack": "s"}, "output": "o\n", "tags": ["x"], "parameters": {"n": 1, "s": "t"}, "steps": [{"name": "one", "status": "passed", "durationMs": 3, "steps": [{"name": "in", "status": "failed"}]}]}}

            {"run": {"key": "r2"}}
            {"result": {"test": "c", "status": "timeout"}}
            """#)
        #expect(read.ended == nil && read.refused.isEmpty)
        #expect(read.runs.map(\.key) == ["r1", "r2"])
        let run = try #require(read.runs.first)
        #expect(
            [run.name, run.suite, run.branch, run.commit, run.environment, run.url] == [
                "Nightly", "s", "main", "abc", "ci", "http://x",
            ])
        #expect(run.startedAt == 1_577_836_800_000 && run.finishedAt == 1_577_836_860_000 && run.tags == ["a"])
        let result = try #require(read.results.first)
        #expect(
            result.explicitIdentity == "a.b" && result.name == "B" && result.status == .error && result.attempt == 2)
        #expect(result.startedAt == 1_577_836_800_500 && result.durationMs == 12 && result.standardOutput == "o\n")
        #expect(result.error == ReadError(type: "T", message: "m", stack: "s"))
        #expect(result.parameters == [ReadPair("n", "1"), ReadPair("s", "t")])
        #expect(result.steps.first?.steps.first?.status == .failed)
        #expect(read.lines == ["error B", "timeout c"])
    }

    @Test func aBadLineIsRefusedAlone() {
        let read = Reading(
            .ndjson,
            """
            {"run": {"key": "r"}}
            {"result": {"test": "a", "status": "passed"}}
            {"result": {"test": "b", "status": "odd"}}
            {"result": {"test": "c", "sta
            {"other": 1}
            {"result": {"status": "passed"}}
            {"result": {"test": "d", "status": "passed", "startedAt": "yesterday"}}
            {"result": {"test": "e", "status": "skipped"}}
            """)
        #expect(read.lines == ["passed a", "skipped e"])
        #expect(read.refused.map(\.code) == ["unknown_status", "bad_line", "bad_line", "bad_line", "bad_line"])
        #expect(read.refused.map(\.line) == [3, 4, 5, 6, 7])
        #expect(read.refused[1].excerpt == #"{"result": {"test": "c", "sta"#)
        #expect(read.refused[1].byteOffset == 140)
        #expect(read.ended == nil)
    }

    @Test func aFirstLineThatIsNoJSONEndsIt() {
        #expect(Reading(.ndjson, "hello\n{\"run\":{}}").ended?.code == "not_ndjson")
        #expect(Reading(.ndjson, "hello\n{\"run\":{}}").ended?.line == 1)
    }

    @Test func linesMayComeInAnyPieces() {
        let text = "{\"run\": {\"key\": \"ü\"}}\r\n{\"result\": {\"test\": \"\\ud83d\\ude00\", \"status\": \"passed\"}}"
        #expect(Reading(.ndjson, text, piece: 1) == Reading(.ndjson, text))
        #expect(Reading(.ndjson, text).lines == ["passed 😀"])
    }

    @Test func aLineHasALimit() {
        let long =
            "{\"run\":{}}\n{\"result\":{\"test\":\"" + String(repeating: "x", count: 5 << 20)
            + "\"}}\n{\"result\":{\"test\":\"a\",\"status\":\"passed\"}}"
        let read = Reading(.ndjson, long)
        #expect(read.refused.map(\.code) == ["line_too_long"])
        #expect(read.lines == ["passed a"])
    }
}
