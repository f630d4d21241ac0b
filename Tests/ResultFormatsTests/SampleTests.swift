import FoundationEssentials
import Testing

@testable import ResultFormats

/// Files of real tools and of their documentation, each with what must come of it written beside it.
@Suite struct SampleTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Samples")
    static let samples: [(String, ResultFormat)] = [
        ("pytest.xml", .junit), ("unittest.xml", .junit), ("behave-junit.xml", .junit), ("node-junit.xml", .junit),
        ("ctrf.json", .ctrf), ("ctrf-pytest.json", .ctrf),
        ("node.tap", .tap), ("tap14.tap", .tap), ("perl.tap", .tap),
        ("messages.ndjson", .cucumberMessages), ("cucumber.json", .cucumberJSON), ("behave.json", .cucumberJSON),
        ("allure-result.json", .allure), ("allure-container.json", .allure), ("allure1.xml", .allure),
        ("trx.trx", .trx), ("nunit3.xml", .nunit), ("nunit2.xml", .nunit), ("xunit2.xml", .xunit),
        ("xunit1.xml", .xunit),
        ("robot.xml", .robot), ("go.ndjson", .goJSON), ("mocha.json", .mochaJSON), ("jest.json", .jestJSON),
        ("playwright.json", .playwrightJSON), ("dart.ndjson", .dartJSON),
    ]

    @Test(arguments: samples)
    func aSampleIsReadAsWritten(_ name: String, _ format: ResultFormat) throws {
        let bytes = try Array(Data(contentsOf: Self.folder.appending(path: name)))
        #expect(DetectFormat.detect(bytes) == format)
        let expected = try String(contentsOf: Self.folder.appending(path: name + ".expected"), encoding: .utf8)
        let read = Reading(format, bytes)
        #expect(read.rendered == expected.split(separator: "\n").map(String.init))
        #expect(Reading(format, bytes, piece: 7) == read)
    }

    /// What was read before damage stands, wherever it is.
    @Test(arguments: samples)
    func aSampleThatEndsTooEarlyKeepsItsBeginning(_ name: String, _ format: ResultFormat) throws {
        let bytes = try Array(Data(contentsOf: Self.folder.appending(path: name)))
        let whole = Reading(format, bytes)
        for cut in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 40)) {
            let read = Reading(format, Array(bytes.prefix(cut)))
            if format != .tap { #expect(read.results.count <= whole.results.count + 2) }
            if [.junit, .trx, .nunit, .xunit, .robot, .ctrf, .jestJSON, .mochaJSON].contains(format),
                cut < bytes.count - 2
            {
                #expect(read.ended?.code == "damaged_file")
            }
        }
    }
}
