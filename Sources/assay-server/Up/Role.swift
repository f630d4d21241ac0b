import Glibc

/// One child of `up` over all its lives.
final class Role {
    let plan: RolePlan
    private(set) var pid: pid_t?
    private(set) var startedAt: Int64 = 0
    /// When it starts again after a death; nil while it runs.
    private(set) var restartAt: Int64?
    private(set) var deathCount = 0
    /// Whether it waits for the end of its retirement, not for a time.
    private(set) var isRetired = false

    init(_ plan: RolePlan) { self.plan = plan }

    func start(setpriv: String) throws {
        pid = try spawn(plan, setpriv: setpriv)
        startedAt = monotonicMs()
        restartAt = nil
        isRetired = false
    }

    /// Notes the death that its plan's `retirement` names.
    func retired() {
        ended()
        isRetired = true
    }

    /// Notes the death and returns how long to wait: 0.1 s, doubling to 10 s.
    ///
    /// A life of 2 s forgives the past: what crashes in a loop dies younger.
    func died() -> Int64 {
        let now = monotonicMs()
        killRest()
        pid = nil
        deathCount = now - startedAt > 2_000 ? 1 : deathCount + 1
        let pauseMs = min(10_000, 100 << min(deathCount - 1, 7))
        restartAt = now + Int64(pauseMs)
        return Int64(pauseMs)
    }

    func ended() {
        killRest()
        pid = nil
        restartAt = nil
    }

    func signal(_ number: Int32) {
        if let pid { kill(pid, number) }
    }

    /// What the child left behind in its session: nginx workers outlive a killed master.
    private func killRest() {
        if let pid { kill(-pid, SIGKILL) }
    }
}
