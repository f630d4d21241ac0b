import Glibc

/// The stack's own mariadbd: no network, a unix socket, one database, users with no more rights than they need.
struct PrivateDatabase {
    let home: StackHome
    let bufferMiB: Int
    /// Nil when `up` does not run as root, or mysql cannot walk to the directory.
    let user: SystemUser?

    var socket: String { home.run == home.root + "/run" ? home.database + "/db.sock" : home.run + "/db.sock" }
    private var data: String { home.database + "/data" }

    init(home: StackHome, bufferMiB: Int, supervisor: Supervisor, log: UpLog) throws {
        self.home = home
        self.bufferMiB = bufferMiB
        let mysql = getuid() == 0 ? SystemUser.named("mysql") : nil
        let isInside = home.run == home.root + "/run"
        user = isInside ? mysql.flatMap { supervisor.canReach(home.root, as: $0) ? $0 : nil } : nil
        if getuid() == 0, user == nil {
            log.line("database.user", "mariadbd", "user mysql is missing or cannot reach \(home.root): it runs as root")
        }
        try makeDirectory(home.database, mode: 0o700, owner: user)
    }

    /// Makes the data directory; about two seconds, once.
    func install(with supervisor: Supervisor) throws {
        if exists(data + "/mysql") { return }
        guard let program = findProgram("mariadb-install-db") else {
            throw UpError("mariadb-install-db is missing: run bin/setup")
        }
        let owner = user ?? SystemUser.current()
        let plan = RolePlan(
            name: "mariadb-install-db", program: program,
            arguments: [
                "--no-defaults", "--datadir=\(data)", "--user=\(owner.name)", "--skip-test-db", "--skip-name-resolve",
                "--auth-root-authentication-method=socket", "--auth-root-socket-user=\(SystemUser.current().name)",
            ], log: home.log + "/mariadb.log")
        guard try supervisor.runToEnd(plan) == 0, exists(data + "/mysql") else {
            throw UpError("mariadb-install-db failed, see \(home.log)/mariadb.log")
        }
    }

    /// - Parameter statements: file that the server executes before it accepts connections.
    func plan(statements: String) throws -> RolePlan {
        guard let program = findProgram("mariadbd") else { throw UpError("mariadbd is missing: run bin/setup") }
        let options = [
            "--no-defaults", "--datadir=\(data)", "--socket=\(socket)", "--pid-file=\(home.database)/mariadbd.pid",
            "--init-file=\(statements)", "--user=\((user ?? SystemUser.current()).name)", "--skip-networking",
            "--skip-name-resolve", "--skip-log-bin", "--binlog-format=ROW", "--performance-schema=OFF",
            "--innodb-buffer-pool-size=\(bufferMiB)M", "--innodb-log-file-size=64M", "--innodb-log-buffer-size=8M",
            "--innodb-flush-log-at-trx-commit=1", "--innodb-use-native-aio=0", "--key-buffer-size=1M",
            "--aria-pagecache-buffer-size=8M", "--query-cache-size=0", "--query-cache-type=0", "--max-connections=200",
            "--table-open-cache=400", "--table-definition-cache=400", "--thread-cache-size=16",
            "--max-allowed-packet=64M", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci",
            "--default-time-zone=+00:00", "--transaction-isolation=READ-COMMITTED", "--innodb-lock-wait-timeout=3",
        ]
        return RolePlan(
            name: "mariadbd", program: program, arguments: options, log: home.log + "/mariadb.log", stopMs: 30_000)
    }

    /// Writes what the server executes at every start: the database and its two users.
    ///
    /// `assay_owner` migrates and grants; `assay` is what the roles use: it may not create, drop or alter anything, and
    /// gets its tables one by one from `migrate`, because the audit log must stay append-only.
    func writeStatements(ownerPassword: String, serverPassword: String) throws -> String {
        let path = home.database + "/start.sql"
        let text = """
            CREATE DATABASE IF NOT EXISTS assay CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
            CREATE USER IF NOT EXISTS assay_owner@localhost IDENTIFIED BY '\(ownerPassword)';
            ALTER USER assay_owner@localhost IDENTIFIED BY '\(ownerPassword)';
            GRANT ALL PRIVILEGES ON assay.* TO assay_owner@localhost WITH GRANT OPTION;
            CREATE USER IF NOT EXISTS assay@localhost IDENTIFIED BY '\(serverPassword)';
            ALTER USER assay@localhost IDENTIFIED BY '\(serverPassword)';

            """
        try writeFile(path, text, mode: 0o600)
        if let user { chown(path, user.uid, user.gid) }
        return path
    }
}
