package import Domain

/// What a request is known to be before its handler runs; immutable.
package struct RequestContext: Sendable {
    package let principal: Principal
    /// The project that the permission was checked in; nil where a route is about none.
    package let project: ID<Project>?
    package let requestID: String
    package let now: Timestamp
    package let remoteAddress: String

    package init(
        principal: Principal, project: ID<Project>?, requestID: String, now: Timestamp, remoteAddress: String
    ) {
        self.principal = principal
        self.project = project
        self.requestID = requestID
        self.now = now
        self.remoteAddress = remoteAddress
    }

    /// For the audit log and `startedBy`.
    package var caller: Caller {
        if case .person(let person) = principal { return person.caller }
        return .anonymous(remoteAddress: remoteAddress, requestID: requestID)
    }
}
