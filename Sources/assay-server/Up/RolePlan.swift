import Glibc

/// What `up` starts: one child process, how it is started and how it is stopped.
struct RolePlan {
    let name: String
    let program: String
    var arguments: [String] = []
    var environment: [String: String] = [:]
    /// Handed to the child as descriptor 3.
    var listening: Int32?
    /// Another user, when `up` runs as root.
    var user: SystemUser?
    var directory: String?
    /// Where its output goes; nil: where the output of `up` goes.
    var log: String?
    /// What the kernel sends to the child when `up` is killed.
    var signalOnOrphaning = "KILL"
    var stopSignal = SIGTERM
    /// How long a stop may take before SIGKILL.
    var stopMs: Int64 = 10_000
    /// The death after which starting again is of no use by itself.
    var retirement: Retirement?
}

/// An exit status that says: not again until something has changed.
struct Retirement {
    let status: Int32
    /// For the log: what has happened, and what brings the child back.
    let message: String
    /// Asked four times a second: does what the next start needs and says whether it may be tried.
    let isOver: () -> Bool
}

/// A user of this machine that a child runs as.
struct SystemUser {
    let name: String
    let uid: uid_t
    let gid: gid_t

    static func named(_ name: String) -> SystemUser? {
        guard let entry = getpwnam(name) else { return nil }
        return SystemUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
    }

    static func current() -> SystemUser {
        let uid = getuid()
        let name = getpwuid(uid).flatMap { $0.pointee.pw_name }.map { String(cString: $0) }
        return SystemUser(name: name ?? "\(uid)", uid: uid, gid: getgid())
    }
}
