package import Domain
import Identity

/// What a request is known to be before its handler runs; immutable.
package struct RequestContext: Sendable {
    package let requester: Requester
    /// The project that the permission was checked in; nil where a route is about none.
    package let project: ProjectRef?
    package let requestID: String
    package let now: Timestamp
    package let remoteAddress: String

    package init(
        requester: Requester, project: ProjectRef?, requestID: String, now: Timestamp, remoteAddress: String
    ) {
        self.requester = requester
        self.project = project
        self.requestID = requestID
        self.now = now
        self.remoteAddress = remoteAddress
    }

    /// For the audit log and `startedBy`.
    package var caller: Caller {
        if case .person(let principal) = requester {
            return principal.caller(remoteAddress: remoteAddress, requestID: requestID)
        }
        return .anonymous(remoteAddress: remoteAddress, requestID: requestID)
    }
}
