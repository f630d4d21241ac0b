package import Alerts
import Domain
package import Executions
package import Identity
package import Integrations
package import MariaDB
package import Reports

/// The use cases that handlers call; built once by the program.
package struct Services: Sendable {
    package let pool: Pool
    /// Of this program, for `system` and OpenAPI.
    package let version: String
    package let authenticate: Authenticate
    package let logins: Logins
    package let users: Users
    package let tokens: Tokens
    package let projects: Projects
    package let members: Members
    package let audit: Audit
    package let secrets: Secrets
    package let environments: Environments
    package let enrolAgent: EnrolAgent
    package let agentAdministration: AgentAdministration
    package let openSession: OpenSession
    package let beat: Beat
    package let acceptOffer: AcceptOffer
    package let recordSteps: RecordSteps
    package let finishAttempt: FinishAttempt
    package let metrics: Reports.Metrics
    package let alertRules: AlertRules
    package let alertBook: AlertBook
    package let changeAlert: ChangeAlert
    package let channels: Channels
    package let notifications: NotificationLog
    package let triggers: Triggers
    package let receiveHook: ReceiveHook
    package let subscriptions: Subscriptions

    /// - Parameter keys: the master key ring; signs access tokens and seals secrets.
    package init(
        pool: Pool, version: String, keys: KeyRing, hasher: PasswordHasher, loginLimits: LoginLimits = LoginLimits()
    ) {
        self.pool = pool
        self.version = version
        let accessTokens = AccessTokens(keys)
        let seal = Seal(keys)
        let sealing = Sealing(
            seal: { try seal.seal($0, context: $1) }, open: { try seal.open($0, context: $1) })
        authenticate = Authenticate(pool: pool, accessTokens: accessTokens)
        logins = Logins(pool: pool, hasher: hasher, accessTokens: accessTokens, limits: loginLimits)
        users = Users(pool: pool, hasher: hasher)
        tokens = Tokens(pool: pool)
        projects = Projects(pool: pool)
        members = Members(pool: pool)
        audit = Audit(pool: pool)
        secrets = Secrets(pool: pool, seal: seal)
        environments = Environments(pool: pool)
        enrolAgent = EnrolAgent(pool: pool)
        agentAdministration = AgentAdministration(pool: pool)
        openSession = OpenSession(pool: pool)
        beat = Beat(pool: pool)
        acceptOffer = AcceptOffer(pool: pool)
        recordSteps = RecordSteps(pool: pool)
        finishAttempt = FinishAttempt(pool: pool)
        metrics = Reports.Metrics(pool: pool)
        alertRules = AlertRules(pool: pool)
        alertBook = AlertBook(pool: pool)
        changeAlert = ChangeAlert()
        channels = Channels(pool: pool, sealing: sealing)
        notifications = NotificationLog(pool: pool)
        triggers = Triggers(pool: pool, sealing: sealing)
        receiveHook = ReceiveHook(pool: pool, sealing: sealing)
        subscriptions = Subscriptions(pool: pool, sealing: sealing)
    }
}
