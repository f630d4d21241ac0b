extension ResultFormat {
    /// A reader for one file of this format.
    package func reader() -> any ResultReader {
        EncodedReader(inner())
    }

    private func inner() -> any ResultReader {
        switch self {
        case .junit: XMLDriver(JUnitHandler())
        case .ctrf: JSONDocumentReader(CTRF())
        case .cucumberMessages: JSONLinesReader(CucumberMessages())
        case .cucumberJSON: JSONDocumentReader(CucumberJSON())
        case .goJSON: JSONLinesReader(GoJSON())
        case .mochaJSON: JSONDocumentReader(MochaJSON())
        case .jestJSON: JSONDocumentReader(JestJSON())
        case .playwrightJSON: JSONDocumentReader(PlaywrightJSON())
        case .dartJSON: JSONLinesReader(DartJSON())
        case .ndjson: NDJSONReader()
        case .tap: TAPReader()
        case .allure: AllureReader()
        case .trx: XMLDriver(TRX())
        case .nunit: XMLDriver(NUnit())
        case .xunit: XMLDriver(XUnit())
        case .robot: XMLDriver(Robot())
        }
    }
}
