import Glibc

/// The stack's own nginx, from a template in nginx/.
struct NginxConfig {
    let home: StackHome
    let config: Config

    /// Renders the template; returns the path of the file nginx reads.
    func write() throws -> String {
        guard let template = readFile(config.share + "/nginx/assay.conf.in"),
            let locations = readFile(config.share + "/nginx/locations.conf.in"),
            let parameters = readFile(config.share + "/nginx/fastcgi.conf.in")
        else {
            throw UpError("\(config.share)/nginx/assay.conf.in is missing: set ASSAY_SHARE to the checkout")
        }
        try writeFile(home.run + "/fastcgi.conf", parameters, mode: 0o600)
        try writeFile(home.run + "/locations.conf", render(locations), mode: 0o600)
        let path = home.run + "/nginx.conf"
        try writeFile(path, render(template), mode: 0o600)
        return path
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

    private func render(_ template: String) -> String {
        let values = [
            "@HOME@": home.root, "@RUN@": home.run, "@LISTEN@": "\(config.bind):\(config.port)",
            "@SHARE@": config.share, "@USER@": getuid() == 0 ? "user root;" : "", "@VENDOR@": config.share + "/.vendor",
        ]
        var text = template
        for (name, value) in values { text = replacing(name, by: value, in: text) }
        return text
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
