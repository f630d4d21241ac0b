/// Where the loops' named events go; the program decides on the form.
package struct AgentLog: Sendable {
    package enum Level: String, Sendable { case info, warning, error }

    private let sink: @Sendable (Level, String, [String: String]) -> Void

    package init(_ sink: @escaping @Sendable (Level, String, [String: String]) -> Void) { self.sink = sink }

    package static let silent = AgentLog { _, _, _ in }

    func info(_ event: String, _ fields: [String: String] = [:]) { sink(.info, event, fields) }
    func warning(_ event: String, _ fields: [String: String] = [:]) { sink(.warning, event, fields) }
    func error(_ event: String, _ fields: [String: String] = [:]) { sink(.error, event, fields) }
}
