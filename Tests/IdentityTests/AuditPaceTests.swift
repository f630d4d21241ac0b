import Domain
import Identity
import Synchronization
import Testing

@Suite struct AuditPaceTests {
    private let refusal = AuditEntry("access.refused", "route", "GET /x", outcome: .refused)
    private let reading = AuditEntry("audit.read", "audit", "all")

    @Test func `what was left out is said by the next line, and a new time begins anew`() {
        let now = Atomic(Int64(0))
        let pace = AuditPace(clockMs: { now.load(ordering: .relaxed) })
        for _ in 0..<20 { #expect(pace.admit(refusal, by: .system) == 0) }
        for _ in 0..<5 { #expect(pace.admit(refusal, by: .system) == nil) }
        now.store(60_000, ordering: .relaxed)
        #expect(pace.admit(refusal, by: .system) == 5)
        #expect(pace.admit(refusal, by: .system) == 0)
        #expect(pace.admit(reading, by: .system) == 0 && pace.admit(reading, by: .system) == nil)
        now.store(659_999, ordering: .relaxed)
        #expect(pace.admit(reading, by: .system) == nil)
        now.store(660_000, ordering: .relaxed)
        #expect(pace.admit(reading, by: .system) == 2)
    }

    @Test func `many callers cost bounded memory and nobody's line`() {
        let pace = AuditPace(clockMs: { 0 })
        for index in 0..<25_000 {
            let caller = Caller.anonymous(remoteAddress: "a\(index)", requestID: "")
            #expect(pace.admit(refusal, by: caller) == 0)
        }
    }
}
