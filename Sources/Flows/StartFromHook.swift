import Crypto
import Domain
package import Executions
package import Identity
package import Integrations

/// Starts the run that a verified webhook asks for, under the trigger's name.
package struct StartFromHook: Sendable {
    private let startRun: StartRun
    private let receiveHook: ReceiveHook
    private let projects: Projects

    package init(startRun: StartRun, receiveHook: ReceiveHook, projects: Projects) {
        self.startRun = startRun
        self.receiveHook = receiveHook
        self.projects = projects
    }

    /// The delivery is recorded in the transaction that makes the run, so a crash in between starts nothing twice.
    ///
    /// - Parameter remote: address and request id of the sender, for the audit log.
    /// - Throws: `ExecutionFault.invalid` when the trigger names what is not there; the delivery is then recorded as
    ///   failed, and its repetition tries again.
    package func start(
        _ asked: TriggeredStart, body: [UInt8], remoteAddress: String, requestID: String
    ) throws -> StartResult {
        let project = try projects.find(asked.project)
        let caller = Caller(
            kind: .system, id: asked.trigger.uuid, userID: nil, name: asked.triggerName, remoteAddress: remoteAddress,
            requestID: requestID)
        let key = IdempotencyKey(
            principal: asked.trigger.uuid, key: asked.idempotencyKey, bodySHA256: Array(SHA256.hash(data: body)))
        do {
            let result = try startRun.start(
                RunWish(asked), in: ProjectRef(id: project.id, key: project.key),
                startedBy: .init(kind: "trigger", id: asked.trigger.description, name: asked.triggerName),
                idempotency: key
            ) { request in
                { [receiveHook] tx, id in
                    try receiveHook.recordStarted(asked, execution: id, in: tx)
                    let entry = AuditEntry(
                        "execution.start", "execution", id.description, project: asked.project, after: request.audited)
                    try Audit.record(tx, entry, by: caller)
                }
            }
            if result.isReplay { try receiveHook.recordStarted(asked, execution: result.id) }
            return result
        } catch ExecutionFault.invalid(let faults) {
            let reason = faults.first.map { "\($0.pointer) \($0.message)" } ?? "invalid"
            try receiveHook.recordFailed(asked, reason: reason)
            throw ExecutionFault.invalid(faults)
        }
    }
}

extension RunWish {
    fileprivate init(_ asked: TriggeredStart) {
        self.init()
        testSuite = asked.suite
        parameters = asked.parameters
        environment = asked.environment
        let (url, message) = (asked.revision.url, asked.revision.message)
        revision = [
            "commit": .string(asked.revision.commit), "branch": .string(asked.revision.branch),
            "url": url.map(JSONValue.string) ?? .null, "message": message.map(JSONValue.string) ?? .null,
        ]
    }
}
