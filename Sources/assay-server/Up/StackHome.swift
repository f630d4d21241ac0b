import Glibc

/// The directory tree of one private stack, made on the first start and reused by the next.
struct StackHome {
    let root: String
    /// Unix sockets; a short directory under /tmp when the path of `root` is too long for them.
    let run: String
    let isFirstStart: Bool

    var log: String { root + "/log" }
    var bells: String { run == root + "/run" ? root + "/bells" : run }
    var artifacts: String { root + "/artifacts" }
    var imports: String { root + "/imports" }
    /// What is served in place of files of the pages.
    var web: String { root + "/web" }
    var database: String { root + "/database" }
    var serverEnvironment: String { root + "/server.env" }
    var credentials: String { root + "/credentials.json" }

    init(_ path: String) throws {
        // Made before it is resolved: the first start has nothing there yet.
        if !exists(path) { try makeDirectory(path, mode: 0o700) }
        guard let root = absolute(path) else { throw UpError("cannot use ASSAY_HOME \(path)") }
        self.root = root
        isFirstStart = !exists(root + "/server.env")
        // mariadbd, the agent and the workers of nginx have users of their own under root and must be able to pass.
        let passage: mode_t = getuid() == 0 ? 0o711 : 0o700
        for place in [root, root + "/run", root + "/artifacts", root + "/imports", root + "/nginx", root + "/web"] {
            try makeDirectory(place, mode: passage)
        }
        for name in ["log", "artifacts/incoming", "imports/incoming", "bells", "run/figures"] {
            try makeDirectory("\(root)/\(name)", mode: 0o700)
        }
        let longest = "/run/scheduler.4194304.sock"
        if root.utf8.count + longest.utf8.count <= 107 {
            run = root + "/run"
        } else {
            run = "/tmp/assay-\(getuid())-" + StackHome.fingerprint(root)
            try makeDirectory(run, mode: passage)
        }
        try makeKey()
    }

    /// Takes the lock that makes a second `up` on this directory refuse; held until the process ends.
    func lock() throws {
        let file = open(root + "/up.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let pid = readFile(root + "/up.pid") ?? "unknown"
            throw UpError("another `assay-server up` already runs on \(root) (pid \(pid)); stop it, or set ASSAY_HOME")
        }
        try writeFile(root + "/up.pid", "\(getpid())", mode: 0o600)
    }

    /// Takes away what roles of an earlier start have left: sockets of bells, figures.
    func sweep() {
        for place in Set([bells, root + "/bells", root + "/run/figures"]) {
            for name in listDirectory(place) {
                let isBell = name.hasPrefix("scheduler.") || name.hasPrefix("events.")
                if isBell || name.hasSuffix(".prom") { unlink(place + "/" + name) }
            }
        }
    }

    private func makeKey() throws {
        let path = root + "/master.key"
        if exists(path) { return }
        var generator = SystemRandomNumberGenerator()
        let hex = (0..<32).map { _ in
            let byte = UInt8.random(in: 0...255, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        try writeFile(path, hex.joined() + "\n", mode: 0o600)
    }

    static func fingerprint(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325  // FNV-1a: the same home finds the same place again
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// A password nobody has to type often: 20 letters and digits, without those that look alike.
func randomPassword() -> String {
    var generator = SystemRandomNumberGenerator()
    let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    return String((0..<20).compactMap { _ in letters.randomElement(using: &generator) })
}
