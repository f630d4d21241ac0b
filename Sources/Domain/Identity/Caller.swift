/// Who asks for a change and from where: what the audit log and `startedBy` keep of a request.
package struct Caller: Hashable, Sendable {
    package enum Kind: String, Sendable, CaseIterable { case user, token, agent, system, anonymous }

    package let kind: Kind
    /// The id of the user, token or agent; nil for the system and for a caller that did not log in.
    package let id: UUIDv7?
    package let userID: ID<User>?
    package let name: String
    package let remoteAddress: String
    package let requestID: String

    package init(
        kind: Kind, id: UUIDv7?, userID: ID<User>?, name: String, remoteAddress: String = "", requestID: String = ""
    ) {
        self.kind = kind
        self.id = id
        self.userID = userID
        self.name = name
        self.remoteAddress = remoteAddress
        self.requestID = requestID
    }

    /// The program itself: set-up, housekeeping and the command line on the server.
    package static let system = Caller(kind: .system, id: nil, userID: nil, name: "system")

    /// Somebody who has not shown a valid credential.
    package static func anonymous(remoteAddress: String, requestID: String) -> Caller {
        Caller(
            kind: .anonymous, id: nil, userID: nil, name: "", remoteAddress: remoteAddress, requestID: requestID)
    }
}

/// One line of the audit log, before it is written.
package struct AuditEntry: Hashable, Sendable {
    package enum Outcome: String, Sendable, CaseIterable { case done, refused }

    /// `noun.verb`, e.g. `project.create`.
    package let action: String
    /// What it was done to: kind, and id or key.
    package let targetKind: String
    package let targetID: String
    package let project: ID<Project>?
    package let outcome: Outcome
    package let before: JSONValue?
    package let after: JSONValue?

    package init(
        _ action: String, _ targetKind: String, _ targetID: String, project: ID<Project>? = nil,
        outcome: Outcome = .done, before: JSONValue? = nil, after: JSONValue? = nil
    ) {
        self.action = action
        self.targetKind = targetKind
        self.targetID = targetID
        self.project = project
        self.outcome = outcome
        self.before = before
        self.after = after
    }
}
