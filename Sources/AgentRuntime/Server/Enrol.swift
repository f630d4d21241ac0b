import Domain
import Glibc
import Wire

/// The agent's identity, kept in `agent.json` (mode 0600) of its state directory.
struct AgentCredential: Codable, Equatable {
    var agent: String
    var name: String
    var url: String
    var credential: String
    /// Mark of the token that made it, to tell a fresh token from the one used up.
    var tokenMark: String

    /// Reads the stored identity; a token that did not make it is traded for a new one, if the server takes it.
    static func obtain(_ configuration: AgentConfiguration) throws(AgentStartError) -> AgentCredential {
        if let bytes = fileBytes(configuration.credentialPath),
            let stored = try? decodeJSON(AgentCredential.self, bytes)
        {
            guard let token = configuration.enrolmentToken, mark(of: token) != stored.tokenMark else { return stored }
            // A new server in the place of an old one: its token counts, but a used one must not lose the identity.
            return (try? register(configuration, token)) ?? stored
        }
        guard let token = configuration.enrolmentToken else {
            throw AgentStartError(
                "this agent is not enrolled: set ASSAY_AGENT_ENROLMENT_TOKEN to a fresh token from the server")
        }
        return try register(configuration, token)
    }

    /// FNV-1a, enough to compare; the token itself is not kept.
    private static func mark(of token: String) -> String {
        String(token.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } as UInt64, radix: 16)
    }

    private static func register(_ configuration: AgentConfiguration, _ token: String) throws(AgentStartError)
        -> AgentCredential
    {
        let request = RegisterAgentRequest(
            token: token, name: configuration.name, labels: configuration.labels, slots: configuration.slots,
            protocol: RegisterAgentRequest.ProtocolRange(min: agentProtocolVersion, max: agentProtocolVersion),
            nonce: try nonce(configuration))
        let body = (try? encodeJSON(request)) ?? []
        let server = AgentServer(ServerAddress(url: configuration.url, caFile: configuration.caFile))
        // A server that is just starting is waited for; an answer that was lost is given again for the same nonce.
        var tries = 0
        while true {
            switch server.post("/api/v1/agents/register", body, session: nil, as: RegisterAgentResponse.self) {
            case .ok(let response):
                let credential = AgentCredential(
                    agent: response.agent.id.description, name: response.agent.name, url: configuration.url,
                    credential: response.credential, tokenMark: mark(of: token))
                guard let bytes = try? encodeJSON(credential), replaceFile(configuration.credentialPath, with: bytes)
                else {
                    throw AgentStartError("cannot write '\(configuration.credentialPath)': \(errorText(errno))")
                }
                unlink(noncePath(configuration))
                return credential
            case .refused(_, _, let detail, _): throw AgentStartError("the server does not enrol this agent: \(detail)")
            case .unavailable(let why):
                tries += 1
                guard tries < 10 else { throw AgentStartError("the server cannot be reached: \(why)") }
                poll(nil, 0, Int32(min(2_000, 100 << tries)))
            }
        }
    }

    private static func noncePath(_ configuration: AgentConfiguration) -> String {
        configuration.credentialPath + ".nonce"
    }

    /// The mark of this enrolment, kept until it has succeeded: an agent that dies on the way asks again with the same one.
    private static func nonce(_ configuration: AgentConfiguration) throws(AgentStartError) -> String {
        let path = noncePath(configuration)
        if let bytes = fileBytes(path, maximumBytes: 128), bytes.count == 64 {
            return String(decoding: bytes, as: UTF8.self)
        }
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        let nonce = (0..<64).map { _ in digits[Int.random(in: 0..<16, using: &generator)] }
        guard replaceFile(path, with: nonce) else {
            throw AgentStartError("cannot write '\(path)': \(errorText(errno))")
        }
        return String(decoding: nonce, as: UTF8.self)
    }
}
