/// The formats of test results that are read; raw values are the words of `?format=`.
package enum ResultFormat: String, Sendable, CaseIterable {
    case junit, ctrf, tap
    case cucumberMessages = "cucumber-messages"
    case cucumberJSON = "cucumber-json"
    case allure, trx, nunit, xunit, robot
    case goJSON = "go-json"
    case mochaJSON = "mocha-json"
    case jestJSON = "jest-json"
    case playwrightJSON = "playwright-json"
    case dartJSON = "dart-json"
    case ndjson
}

/// Takes a file piece by piece and hands on what it holds; memory does not grow with the file.
///
/// Used by one thread. After a throw the reader is of no more use: what it handed on before stands, and the refusal
/// (`damaged_file`) says where reading ended.
package protocol ResultReader {
    mutating func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws
    /// The file is complete; hands on what was still held back.
    mutating func finish(to sink: (ReadItem) throws -> Void) throws
}
