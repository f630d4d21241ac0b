/// The route table: dispatch, permission check, OpenAPI and the documentation test read this one list.
package enum Routes {
    package static let all: [Route] =
        documentation + auth + tokens + users + projects + settings + agents + agentProtocol + alertRules + alerts
        + channels + triggers + subscriptions
}
