import Testing

@testable import ResultFormats

@Suite struct ResultFormatTests {
    @Test func everyFormatHasTheWordOfItsParameter() {
        #expect(ResultFormat.allCases.map(\.rawValue).allSatisfy { $0.wholeMatch(of: /[a-z]+(-[a-z]+)?/) != nil })
    }
}
