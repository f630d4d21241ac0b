import Testing

@testable import ResultFormats

@Suite struct DetectFormatTests {
    static let known: [(String, ResultFormat)] = [
        ("<?xml version='1.0'?>\n<!-- c > --><testsuites>", .junit), ("\n <testsuite name='x'", .junit),
        ("<!DOCTYPE x>\n<ns:testsuite xmlns:ns='u'>", .junit),
        ("<TestRun id='1' xmlns='http://microsoft.com/schemas/VisualStudio/TeamTest/2010'>", .trx),
        ("<test-run id='2'>", .nunit), ("<test-results name='x'>", .nunit),
        ("<ns2:test-suite xmlns:ns2=\"urn:model.allure.qatools.yandex.ru\">", .allure),
        ("<assemblies>", .xunit), ("<robot generator='x'>", .robot),
        ("{\"results\": {\"tool\": {}}}", .ctrf), ("{\"reportFormat\":\"CTRF\",", .ctrf),
        ("TAP version 13\n", .tap), ("ok 1 - a\n", .tap), ("# c\n\n1..4\n", .tap), ("not ok\n", .tap),
        ("> pkg test\n\nTAP version 14\n1..1", .tap),
        ("{\"meta\":{\"protocolVersion\":\"27\"}}\n{\"source\":{}}\n", .cucumberMessages),
        ("[{\"description\":\"\",\"elements\":[{}],\"keyword\":\"Feature\"}]", .cucumberJSON),
        ("{\"uuid\":\"1\",\"historyId\":\"2\",\"name\":\"x\"}", .allure),
        ("{\"uuid\":\"1\",\"children\":[],\"befores\":[]}", .allure),
        ("{\"Time\":\"2024-01-01T00:00:00Z\",\"Action\":\"start\",\"Package\":\"p\"}\n", .goJSON),
        ("{\"stats\":{\"suites\":1},\"tests\":[]}", .mochaJSON),
        ("{\"numFailedTestSuites\":0,\"numTotalTests\":1,\"testResults\":[]}", .jestJSON),
        ("{\"config\":{\"configFile\":\"x\",\"rootDir\":\"/\"},\"suites\":[]}", .playwrightJSON),
        ("{\"protocolVersion\":\"0.1.1\",\"runnerVersion\":null,\"pid\":1,\"type\":\"start\",\"time\":0}\n", .dartJSON),
        ("{\"run\":{\"key\":\"a\"}}\n", .ndjson), ("{\"result\":{\"test\":\"a\",\"status\":\"passed\"}}", .ndjson),
    ]

    @Test(arguments: known)
    func contentTellsTheFormat(_ text: String, _ format: ResultFormat) {
        #expect(DetectFormat.detect(text) == format)
        #expect(DetectFormat.detect("\u{FEFF}" + text) == format)
    }

    @Test(arguments: [
        "", " ", "{}", "[]", "[[]]", "hello", "{\"a\":1}", "<html>", "<?xml", "<", "\"x\"", "ok-ish", "1.5",
    ])
    func somethingElseIsNoFormat(_ text: String) {
        #expect(DetectFormat.detect(text) == nil)
    }

    @Test func allFormatsButNoneAreDetected() {
        #expect(Set(Self.known.map(\.1)) == Set(ResultFormat.allCases))
    }
}
