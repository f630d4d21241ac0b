/// The route table: dispatch, permission check, OpenAPI and the documentation test read this one list.
package enum Routes {
    package static let all: [Route] =
        operations + documentation + auth + tokens + users + projects + settings + catalog + executions + attempts
        + artifacts + queue + agents + agentProtocol + metrics + alertRules + alerts + channels + triggers + hooks
        + subscriptions
}
