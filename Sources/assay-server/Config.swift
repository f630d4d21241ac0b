import Daemon
import Domain
import Feed
import Flows
import MariaDB

/// Everything the environment decides. The only place in this program that reads it.
///
/// Values come from the environment, then from `$ASSAY_HOME/server.env`, which `up` writes, then from the defaults.
struct Config: Sendable {
    let home: String
    let port: Int
    let bind: String
    let url: String
    let share: String
    let bells: String
    let roleName: String
    let logLevel: LogLevel
    let stack: StackSettings
    let database: DatabaseSettings
    /// The user that migrates and keeps partitions; the roles' own user may not.
    let owner: DatabaseSettings
    let poolSize: Int
    let threads: Int
    let listeningDescriptor: Int32
    let masterKeyFile: String
    let artifacts: String
    /// Where files of results wait until they are read; on one file system with what nginx stores.
    let imports: String
    let outside: OutsideSettings
    /// How long what is kept.
    let retention: RetentionDays
    /// Where the stack's own agent lives; `up` says so to `first-start`.
    let agentDirectory: String
    /// What `--check-config` prints.
    let listing: String

    init() throws {
        var given = environmentLines(readFile("/proc/self/environ") ?? "")
        let homeGiven = given["ASSAY_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "var"
        given.merge(environmentLines(readFile(homeGiven + "/server.env") ?? "")) { environment, _ in environment }
        var values = Environment(given)

        home = values.text("ASSAY_HOME", default: "var", doc: "where a private stack keeps all it has")
        port = values.integer("ASSAY_PORT", default: 8080, in: 1...65_535, doc: "port of the stack's nginx")
        bind = values.text("ASSAY_BIND", default: "127.0.0.1", doc: "address the stack's nginx listens on")
        url = values.text("ASSAY_URL", default: "http://127.0.0.1:\(port)", doc: "address that people use, for links")
        let found = shareBesideProgram() ?? "."
        let place = values.text("ASSAY_SHARE", default: found, doc: "where web/, nginx/, migrations/ and examples/ are")
        share = absolute(place) ?? place
        roleName = values.text("ASSAY_ROLE_NAME", default: "assay-server", doc: "name of this process in the log")
        logLevel = values.choice("ASSAY_LOG_LEVEL", default: .info, doc: "lowest severity that is logged")
        bells = values.text("ASSAY_BELLS", default: home + "/bells", doc: "directory of the doorbell sockets")
        database = DatabaseSettings(&values)
        owner = database.asOwner(&values)
        poolSize = values.integer("ASSAY_DB_POOL", default: 8, in: 1...256, doc: "database connections of a role")
        threads = values.integer("ASSAY_THREADS", default: 8, in: 1...256, doc: "requests a role serves at once")
        listeningDescriptor = Int32(
            values.integer("ASSAY_LISTEN_FD", default: 3, in: 0...1023, doc: "listening socket handed to a role"))
        masterKeyFile = values.text(
            "ASSAY_MASTER_KEY_FILE", default: home + "/master.key", doc: "seals secrets, signs logins")
        imports = home + "/imports"
        artifacts = values.text("ASSAY_ARTIFACTS", default: home + "/artifacts", doc: "directory of the artifact store")
        outside = OutsideSettings(&values)
        let kept = values.text(
            "ASSAY_RETENTION", default: "", doc: "days that are kept, such as executions:90,deliveries:7; 0 is for ever"
        )
        retention = try RetentionDays(kept, rules: RetentionRules.all)
        agentDirectory = given["ASSAY_AGENT_DIRECTORY"] ?? home + "/agent"
        stack = StackSettings(&values, environment: given)
        listing = values.listing
        try values.finish()
    }
}

extension Config {
    /// Where this machine reaches the stack's nginx.
    var localAddress: String { bind == "0.0.0.0" ? "127.0.0.1" : bind }
}

/// A checkout: the first directory above the program, or the working directory, that has nginx/assay.conf.in.
private func shareBesideProgram() -> String? {
    var place = absolute("/proc/self/exe").map(parent(of:)) ?? "/"
    while place != "/" {
        if exists(place + "/nginx/assay.conf.in") { return place }
        place = parent(of: place)
    }
    return exists("nginx/assay.conf.in") ? absolute(".") : nil
}

extension DatabaseSettings {
    fileprivate init(_ values: inout Environment) {
        let socket = values.optionalText("ASSAY_DB_SOCKET", doc: "unix socket of the database; wins over the host")
        self.init(
            socketPath: socket,
            host: values.text("ASSAY_DB_HOST", default: "127.0.0.1", doc: "host of the database"),
            port: values.integer("ASSAY_DB_PORT", default: 3306, in: 1...65_535, doc: "port of the database"),
            user: values.text("ASSAY_DB_USER", default: "assay", doc: "database user of the roles"),
            password: values.secret("ASSAY_DB_PASSWORD", doc: "its password"),
            database: values.text("ASSAY_DB_NAME", default: "assay", doc: "name of the database"))
    }

    fileprivate func asOwner(_ values: inout Environment) -> DatabaseSettings {
        var owner = self
        owner.user = values.text("ASSAY_DB_OWNER", default: "assay_owner", doc: "database user that migrates")
        owner.password = values.secret("ASSAY_DB_OWNER_PASSWORD", doc: "its password")
        owner.maxStatementSeconds = 0
        return owner
    }
}

/// How the server reaches people: mail, and whom webhooks may call.
struct OutsideSettings: Sendable {
    let smtpURL: String?
    let mailFrom: String
    let allowedPrivateAddresses: [String]

    fileprivate init(_ values: inout Environment) {
        smtpURL = values.optionalText("ASSAY_SMTP_URL", doc: "mail server, as smtp://user:password@host:587")
        mailFrom = values.text("ASSAY_MAIL_FROM", default: "assay@localhost", doc: "sender of mails")
        let list = values.text(
            "ASSAY_ALLOW_PRIVATE_ADDRESSES", default: "", doc: "private networks webhooks may reach, comma-separated")
        allowedPrivateAddresses = list.split(separator: ",").map { String($0.filter { !$0.isWhitespace }) }
    }
}

/// What only `up` needs.
struct StackSettings: Sendable {
    let adminEmail: String
    let agentCount: Int
    let agentSlots: Int
    let databaseBufferMiB: Int
    let addressLimits: AddressLimits
    /// What the roles started by `up` see of its environment.
    let passedOn: [String: String]

    fileprivate init(_ values: inout Environment, environment: [String: String]) {
        adminEmail = values.text("ASSAY_ADMIN_EMAIL", default: "admin@assay.local", doc: "e-mail of the first admin")
        agentCount = values.integer("ASSAY_AGENTS", default: 1, in: 0...1, doc: "agents that `up` starts")
        agentSlots = values.integer(
            "ASSAY_AGENT_SLOTS", default: 4, in: 1...64, doc: "attempts that agent runs at once")
        databaseBufferMiB = values.integer(
            "ASSAY_DB_BUFFER_MIB", default: 128, in: 16...65_536, doc: "buffer pool of the stack's database, in MiB")
        addressLimits = AddressLimits(&values)
        passedOn = environment.filter {
            ($0.key.hasPrefix("ASSAY_") && !$0.key.hasPrefix("ASSAY_DB_")) || $0.key == "LLVM_PROFILE_FILE"
                || $0.key == "TZ"
        }
    }
}

/// What nginx grants one client address, generously: against accidents and floods, not against use.
struct AddressLimits: Sendable {
    /// Four times as many may come at once.
    let requestsPerSecond: Int
    /// Requests and streams that are open at the same time.
    let connections: Int
    /// Networks that are not counted: this machine, a proxy in front.
    let exempt: [String]

    fileprivate init(_ values: inout Environment) {
        requestsPerSecond = values.integer(
            "ASSAY_LIMIT_REQUESTS", default: 500, in: 1...100_000, doc: "requests a second from one address")
        connections = values.integer(
            "ASSAY_LIMIT_CONNECTIONS", default: 1000, in: 1...60_000, doc: "open requests and streams of one address")
        let list = values.text(
            "ASSAY_LIMIT_EXEMPT", default: "127.0.0.0/8,::1",
            doc: "networks that are not limited, comma-separated; `none` limits all")
        exempt = list.split(separator: ",").map { $0.filter { !$0.isWhitespace } }.filter { network in
            !network.isEmpty
                && network.utf8.allSatisfy {
                    $0 == 46 || $0 == 47 || $0 == 58 || Character(Unicode.Scalar($0)).isHexDigit
                }
        }
    }
}
