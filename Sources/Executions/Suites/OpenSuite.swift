import Domain

/// What the loop keeps of a suite that is not final: immutable parts read once, and when it was last told of.
struct OpenSuite {
    let request: FrozenRequest
    /// The cases still to be written, from `firstUnwritten` on; nil when not read, empty when all are written.
    var unwritten: ArraySlice<FrozenRequest.Case>?
    var toldAtMs: Int64?
    var owesProgress = false
    /// When anything of it was last heard; a suite that has been quiet for long is looked at.
    var heardAtMs: Int64
    var lookedAtMs: Int64

    var stopOnFailure: Bool { request.suite?.stopOnFailure ?? false }
    /// Whether cases wait in `blocked` for their turn.
    var isPaced: Bool { request.suite?.parallel != nil || stopOnFailure }

    private var paceMs: Int64 { request.project?.progressMs ?? ReportSuite.paceMs }

    init(request: FrozenRequest, monotonicMs: Int64) {
        self.request = request
        heardAtMs = monotonicMs
        lookedAtMs = monotonicMs
    }

    /// A paced suite that starts later is let in by this loop, and no event says that its time has come.
    var waitsForTime: Bool { isPaced && request.notBefore != nil }

    func mayTell(_ monotonicMs: Int64) -> Bool { toldAtMs.map { monotonicMs - $0 >= paceMs } ?? true }

    mutating func note(_ outcome: ReportSuite.Outcome, _ monotonicMs: Int64) {
        if outcome.didTell { toldAtMs = monotonicMs }
        owesProgress = outcome.owesProgress
        heardAtMs = monotonicMs
    }
}
