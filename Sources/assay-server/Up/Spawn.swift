import Glibc

/// Starts `plan` in a session of its own, so that Ctrl-C reaches only `up`; returns its process id.
///
/// `setpriv` stands in front: it changes the user and asks the kernel to end the child with its parent. The kernel means
/// the parent *thread*, so this must be called on the main thread.
func spawn(_ plan: RolePlan, setpriv: String) throws -> pid_t {
    var words = [setpriv, "--pdeathsig", plan.signalOnOrphaning]
    if let user = plan.user {
        words += ["--reuid", "\(user.uid)", "--regid", "\(user.gid)", "--init-groups", "--no-new-privs"]
    }
    words.append("--")
    if let directory = plan.directory { words += ["/usr/bin/env", "--chdir=\(directory)"] }
    words += [plan.program] + plan.arguments

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    if let log = plan.log {
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    if let listening = plan.listening {
        posix_spawn_file_actions_adddup2(&actions, listening, 3)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, a macro that Swift does not see
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | newSession))

    var environment = plan.environment
    if plan.listening != nil { environment["ASSAY_LISTEN_FD"] = "3" }
    var child: pid_t = 0
    let failure = withCStrings(words) { argv in
        withCStrings(environment.map { "\($0.key)=\($0.value)" }.sorted()) { envp in
            posix_spawn(&child, setpriv, &actions, &attributes, argv, envp)
        }
    }
    guard failure == 0 else { throw UpError("cannot start \(plan.name): \(String(cString: strerror(failure)))") }
    return child
}

private func withCStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    var pointers = texts.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}

/// Why the stack cannot start, in words for the person in front of it.
struct UpError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
