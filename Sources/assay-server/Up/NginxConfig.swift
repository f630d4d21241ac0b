import Glibc

/// The stack's own nginx, from the templates in nginx/.
struct NginxConfig {
    let home: StackHome
    let config: Config
    let supervisor: Supervisor
    let log: UpLog

    /// Renders the templates; returns the path of the file nginx reads.
    func write() throws -> String {
        let worker = try workerUser()
        let limits = config.stack.addressLimits
        let web = WebFolder(config.share + "/web")
        try web.write(to: home.web)
        let values = [
            "@HOME@": home.root, "@RUN@": home.run, "@LISTEN@": "\(config.bind):\(config.port)",
            "@SHARE@": config.share, "@VENDOR@": config.share + "/.vendor",
            "@USER@": worker.map { "user \($0);" } ?? "", "@PROBLEMS@": NginxProblems.text,
            "@EXEMPT@": limits.exempt.map { "    \($0) 1;" }.joined(separator: "\n"),
            "@REQUESTS@": "\(limits.requestsPerSecond)", "@BURST@": "\(limits.requestsPerSecond * 4)",
            "@CONNECTIONS@": "\(limits.connections)",
            "@WEB@": web.version,
        ]
        for name in ["fastcgi.conf", "http.conf", "locations.conf"] { try render(name, values, to: name) }
        try render("assay.conf", values, to: "nginx.conf")
        return home.run + "/nginx.conf"
    }

    func plan(configuration: String) throws -> RolePlan {
        guard let program = findProgram("nginx") else { throw UpError("nginx is missing: run bin/setup") }
        return RolePlan(
            name: "nginx", program: program,
            arguments: ["-c", configuration, "-p", home.root + "/nginx", "-e", home.log + "/nginx.log"],
            log: home.log + "/nginx.log",
            // A killed master leaves its workers behind; asked, it takes them along.
            signalOnOrphaning: "TERM")
    }

    /// Under root the workers, which read what strangers send, get a user of their own and with it the sockets.
    ///
    /// Root stays where that user cannot walk: a home or a checkout inside somebody's private directory.
    private func workerUser() throws -> String? {
        guard getuid() == 0 else { return nil }
        guard let user = SystemUser.named("www-data") ?? SystemUser.named("nobody") else { return "root" }
        for place in [home.run, home.artifacts, home.web, config.share + "/web"]
        where !supervisor.canReach(place, as: user) {
            log.warning("nginx.root", "nginx", "workers stay root: \(user.name) cannot reach \(place)")
            return "root"
        }
        for socket in ["api", "agents", "events"] { chown(home.run + "/\(socket).sock", 0, user.gid) }
        return user.name
    }

    private func render(_ template: String, _ values: [String: String], to name: String) throws {
        guard var text = readFile(config.share + "/nginx/\(template).in") else {
            throw UpError("\(config.share)/nginx/\(template).in is missing: set ASSAY_SHARE to the checkout")
        }
        for (name, value) in values { text = replacing(name, by: value, in: text) }
        try writeFile(home.run + "/" + name, text, mode: 0o600)
    }

    private func replacing(_ name: String, by value: String, in text: String) -> String {
        var result = ""
        var rest = text[...]
        while let range = rest.firstRange(of: name) {
            result += rest[..<range.lowerBound] + value
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}
