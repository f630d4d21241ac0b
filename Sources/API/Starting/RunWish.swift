import Domain

/// A run as asked for, by keys.
struct RunWish {
    var testCase: String?
    var testSuite: String?
    var testItem: String?
    var parameters: [String: JSONValue] = [:]
    var environment: String?
    var priority: Priority = .normal
    var labels: [String] = []
    var timeoutMs: Int64?
    var retry: RetryPolicy?
    var revision: JSONValue = .null
    var notBefore: Timestamp?
    var concurrencyKey: String?

    /// Reads a body that fits `ExecutionShapes.start`.
    init(_ body: JSONValue) {
        testCase = body["testCase"]?.string
        testSuite = body["testSuite"]?.string
        testItem = body["testItem"]?.string
        parameters = body["parameters"]?.object ?? [:]
        environment = body["environment"]?.string
        priority = body["priority"]?.string.flatMap(Priority.init) ?? .normal
        labels = (body["labels"]?.array ?? []).compactMap(\.string)
        timeoutMs = body["timeoutMs"]?.integer
        var members = FieldReader(body, at: "")
        retry = members.object("retry", RetryPolicy.read)
        revision = body["revision"] ?? .null
        notBefore = body["notBefore"]?.string.flatMap { Timestamp($0) }
        concurrencyKey = body["concurrencyKey"]?.string
    }

    init(testSuite: String) { self.testSuite = testSuite }
}
