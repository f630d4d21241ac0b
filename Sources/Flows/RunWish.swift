package import Domain

/// A run as asked for, by keys: of a request, a webhook, later a schedule.
package struct RunWish: Sendable {
    package var testCase: String?
    package var testSuite: String?
    package var testItem: String?
    package var parameters: [String: JSONValue] = [:]
    package var environment: String?
    package var priority: Priority = .normal
    package var labels: [String] = []
    package var timeoutMs: Int64?
    package var retry: RetryPolicy?
    package var revision: JSONValue = .null
    package var notBefore: Timestamp?
    package var concurrencyKey: String?

    /// A wish for nothing yet.
    package init() {}
}
