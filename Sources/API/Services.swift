package import Alerts
package import Catalog
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
    package let testCases: TestCases
    package let testSuites: TestSuites
    package let testItems: TestItems
    package let resolve: ResolveDefinitions
    package let applyCatalog: ApplyCatalog
    package let startExecution: StartExecution
    package let cancelExecution: CancelExecution
    package let retryExecution: RetryExecution
    package let findExecutions: FindExecutions
    package let readAttempts: ReadAttempts
    package let readTrace: ReadTrace
    package let readQueue: ReadQueue
    package let readHealth: ReadHealth
    package let artifacts: ArtifactStore
    package let enrolAgent: EnrolAgent
    package let agentAdministration: AgentAdministration
    package let openSession: OpenSession
    package let beat: Beat
    package let acceptOffers: AcceptOffers
    package let takeReports: TakeReports
    package let metrics: Reports.Metrics
    package let alertRules: AlertRules
    package let alertBook: RaisedAlerts
    package let changeAlert: ChangeAlert
    package let channels: Channels
    package let notifications: Notifications
    package let triggers: Triggers
    package let receiveHook: ReceiveHook
    package let subscriptions: Subscriptions
    /// Whether every migration of this program is applied.
    let isSchemaCurrent: @Sendable () throws -> Bool
    /// The figures of this process as Prometheus text.
    let exposition: @Sendable () -> String

    /// - Parameters:
    ///   - keys: the master key ring; signs access tokens and seals secrets.
    ///   - artifacts: directory of the artifact store.
    package init(
        pool: Pool, version: String, keys: KeyRing, hasher: PasswordHasher, loginLimits: LoginLimits = LoginLimits(),
        artifacts: String, isSchemaCurrent: @escaping @Sendable () throws -> Bool,
        exposition: @escaping @Sendable () -> String
    ) {
        self.pool = pool
        self.version = version
        self.isSchemaCurrent = isSchemaCurrent
        self.exposition = exposition
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
        let sink: AuditSink = { try Audit.record($0, $1, by: $2) }
        testCases = TestCases(pool: pool, audit: sink)
        testSuites = TestSuites(pool: pool, audit: sink)
        testItems = TestItems(pool: pool, audit: sink)
        resolve = ResolveDefinitions(pool: pool)
        applyCatalog = ApplyCatalog(pool: pool, audit: sink, environments: .identity)
        startExecution = StartExecution(pool: pool)
        cancelExecution = CancelExecution(pool: pool)
        retryExecution = RetryExecution(pool: pool)
        findExecutions = FindExecutions(pool: pool)
        readAttempts = ReadAttempts(pool: pool)
        readTrace = ReadTrace(pool: pool)
        readQueue = ReadQueue(pool: pool)
        readHealth = ReadHealth(pool: pool)
        self.artifacts = ArtifactStore(pool: pool, directory: artifacts)
        enrolAgent = EnrolAgent(pool: pool)
        agentAdministration = AgentAdministration(pool: pool)
        openSession = OpenSession(pool: pool)
        beat = Beat(pool: pool)
        acceptOffers = AcceptOffers(pool: pool)
        takeReports = TakeReports(pool: pool)
        metrics = Reports.Metrics(pool: pool)
        alertRules = AlertRules(pool: pool)
        alertBook = RaisedAlerts(pool: pool)
        changeAlert = ChangeAlert()
        channels = Channels(pool: pool, sealing: sealing)
        notifications = Notifications(pool: pool)
        triggers = Triggers(pool: pool, sealing: sealing)
        receiveHook = ReceiveHook(pool: pool, sealing: sealing)
        subscriptions = Subscriptions(pool: pool, sealing: sealing)
    }
}

extension EnvironmentSeam {
    /// The environments that Identity keeps.
    fileprivate static let identity = EnvironmentSeam(
        check: { Environments.faults(name: $0, variables: $1, at: $2) },
        current: { try EnvironmentStore.lock($2, $1, $0)?.variables },
        put: { _ = try EnvironmentStore.put($2, $3, $1, $4, $0) })
}
