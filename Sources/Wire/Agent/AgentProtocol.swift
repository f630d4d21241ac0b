package import Domain

// The shapes of `/agent/v1`, protocol version 1. The server dictates all intervals.

/// The version that this server and this agent speak.
package let agentProtocolVersion = 1

/// `POST /agent/v1/session`.
package struct OpenSessionRequest: Codable, Equatable, Sendable {
    package var `protocol`: Int
    package var labels: [String]
    package var slots: Int
    /// How commands are confined: `none`, `rlimit`, `bwrap`.
    package var isolation: String

    package init(protocol: Int, labels: [String], slots: Int, isolation: String) {
        self.protocol = `protocol`
        self.labels = labels
        self.slots = slots
        self.isolation = isolation
    }
}

package struct OpenSessionResponse: Codable, Equatable, Sendable {
    package var session: ID<AgentSession>
    package var beatMs: Int64
    package var leaseMs: Int64

    package init(session: ID<AgentSession>, beatMs: Int64, leaseMs: Int64) {
        self.session = session
        self.beatMs = beatMs
        self.leaseMs = leaseMs
    }
}

/// One execution under one fence: what an agent holds.
package struct Holding: Codable, Hashable, Sendable {
    package var execution: ID<Execution>
    package var fence: Int

    package init(execution: ID<Execution>, fence: Int) {
        self.execution = execution
        self.fence = fence
    }
}

/// A case that waits for this agent's accept.
package struct Offer: Codable, Hashable, Sendable {
    package var execution: ID<Execution>
    package var fence: Int
    package var name: String
    package var offeredUntil: Timestamp

    package init(execution: ID<Execution>, fence: Int, name: String, offeredUntil: Timestamp) {
        self.execution = execution
        self.fence = fence
        self.name = name
        self.offeredUntil = offeredUntil
    }
}

/// A case that must stop.
package struct CancelOrder: Codable, Hashable, Sendable {
    package var execution: ID<Execution>
    package var fence: Int
    package var reason: String?

    package init(execution: ID<Execution>, fence: Int, reason: String?) {
        self.execution = execution
        self.fence = fence
        self.reason = reason
    }
}

/// `POST /agent/v1/heartbeat`.
package struct HeartbeatRequest: Codable, Equatable, Sendable {
    package var inventory: [Holding]
    package var streamOpen: Bool

    package init(inventory: [Holding], streamOpen: Bool) {
        self.inventory = inventory
        self.streamOpen = streamOpen
    }
}

package struct HeartbeatResponse: Codable, Equatable, Sendable {
    /// Held by the agent but not its own any more.
    package var drop: [Holding]
    package var cancel: [CancelOrder]
    /// Filled only while the agent's stream is closed.
    package var offers: [Offer]
    package var drain: Bool
    package var beatMs: Int64
    package var leaseMs: Int64

    package init(drop: [Holding], cancel: [CancelOrder], offers: [Offer], drain: Bool, beatMs: Int64, leaseMs: Int64) {
        self.drop = drop
        self.cancel = cancel
        self.offers = offers
        self.drain = drain
        self.beatMs = beatMs
        self.leaseMs = leaseMs
    }
}

/// `POST /agent/v1/executions/{id}/accept`.
package struct AcceptRequest: Codable, Equatable, Sendable {
    package var fence: Int

    package init(fence: Int) { self.fence = fence }
}

/// Everything an agent needs to run one attempt.
package struct Assignment: Codable, Equatable, Sendable {
    package struct Environment: Codable, Equatable, Sendable {
        package var name: String
        package var variables: [String: String]

        package init(name: String, variables: [String: String]) {
            self.name = name
            self.variables = variables
        }
    }

    package var execution: ID<Execution>
    package var fence: Int
    package var attempt: Int
    package var project: String
    package var name: String
    package var definition: CaseDefinition
    package var parameters: [String: String]
    package var environment: Environment
    package var secrets: [String: String]
    package var timeoutMs: Int64
    package var stepTimeoutMs: Int64
    package var deadlineAt: Timestamp
    package var beatMs: Int64
    package var leaseMs: Int64
    /// How long output of the running step is collected; nil as the agent does it.
    package var progressMs: Int64?

    package init(
        execution: ID<Execution>, fence: Int, attempt: Int, project: String, name: String, definition: CaseDefinition,
        parameters: [String: String], environment: Environment, secrets: [String: String], timeoutMs: Int64,
        stepTimeoutMs: Int64, deadlineAt: Timestamp, beatMs: Int64, leaseMs: Int64, progressMs: Int64? = nil
    ) {
        self.execution = execution
        self.fence = fence
        self.attempt = attempt
        self.project = project
        self.name = name
        self.definition = definition
        self.parameters = parameters
        self.environment = environment
        self.secrets = secrets
        self.timeoutMs = timeoutMs
        self.stepTimeoutMs = stepTimeoutMs
        self.deadlineAt = deadlineAt
        self.beatMs = beatMs
        self.leaseMs = leaseMs
        self.progressMs = progressMs
    }
}

/// The step that runs now.
package struct RunningStep: Codable, Equatable, Sendable {
    package var sequence: Int
    package var path: String
    package var name: String
    package var startedAt: Timestamp

    package init(sequence: Int, path: String, name: String, startedAt: Timestamp) {
        self.sequence = sequence
        self.path = path
        self.name = name
        self.startedAt = startedAt
    }
}

/// `POST /agent/v1/executions/{id}/steps`: `steps` are dense from `firstSeq`; may be empty with `running`.
package struct StepsRequest: Codable, Equatable, Sendable {
    package var fence: Int
    package var firstSeq: Int
    package var steps: [StepResult]
    package var running: RunningStep?

    package init(fence: Int, firstSeq: Int, steps: [StepResult], running: RunningStep? = nil) {
        self.fence = fence
        self.firstSeq = firstSeq
        self.steps = steps
        self.running = running
    }
}

package struct StepsResponse: Codable, Equatable, Sendable {
    /// Every step up to this one is committed.
    package var durableSeq: Int
    package var cancel: Bool

    package init(durableSeq: Int, cancel: Bool) {
        self.durableSeq = durableSeq
        self.cancel = cancel
    }
}

/// `POST /agent/v1/executions/{id}/finish`.
package struct FinishRequest: Codable, Equatable, Sendable {
    package var fence: Int
    package var lastSeq: Int
    package var verdict: Verdict
    package var error: ExecutionError?
    package var resourceUsage: ResourceUsage?

    package init(
        fence: Int, lastSeq: Int, verdict: Verdict, error: ExecutionError? = nil, resourceUsage: ResourceUsage? = nil
    ) {
        self.fence = fence
        self.lastSeq = lastSeq
        self.verdict = verdict
        self.error = error
        self.resourceUsage = resourceUsage
    }
}

package struct FinishResponse: Codable, Equatable, Sendable {
    package var status: ExecutionStatus
    package var final: Bool

    package init(status: ExecutionStatus, final: Bool) {
        self.status = status
        self.final = final
    }
}

/// Why an execution did not pass, in the words of docs/api/problems.md.
package struct ExecutionError: Codable, Equatable, Sendable {
    package var code: String
    package var message: String
    package var hint: String?

    package init(code: String, message: String, hint: String? = nil) {
        self.code = code
        self.message = message
        self.hint = hint
    }
}

/// `POST /api/v1/agents/register`.
package struct RegisterAgentRequest: Codable, Equatable, Sendable {
    package struct ProtocolRange: Codable, Equatable, Sendable {
        package var min: Int
        package var max: Int

        package init(min: Int, max: Int) {
            self.min = min
            self.max = max
        }
    }

    package var token: String
    package var name: String
    package var labels: [String]
    package var slots: Int
    package var `protocol`: ProtocolRange
    /// A secret of the agent's own making: a request that is sent again, because its answer was lost, gets the same answer.
    package var nonce: String?

    package init(
        token: String, name: String, labels: [String], slots: Int, protocol: ProtocolRange, nonce: String? = nil
    ) {
        self.token = token
        self.name = name
        self.labels = labels
        self.slots = slots
        self.protocol = `protocol`
        self.nonce = nonce
    }
}

package struct RegisterAgentResponse: Codable, Equatable, Sendable {
    package struct Named: Codable, Equatable, Sendable {
        package var id: ID<Agent>
        package var name: String

        package init(id: ID<Agent>, name: String) {
            self.id = id
            self.name = name
        }
    }

    package var agent: Named
    package var credential: String

    package init(agent: Named, credential: String) {
        self.agent = agent
        self.credential = credential
    }
}
