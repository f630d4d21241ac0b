import Domain
import Flows

extension RunWish {
    /// Reads a body that fits `ExecutionShapes.start`.
    init(_ body: JSONValue) {
        self.init()
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
}
