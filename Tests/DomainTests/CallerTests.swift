import Domain
import Testing

@Suite struct CallerTests {
    @Test func `the program itself and a stranger have no id`() {
        #expect(Caller.system.kind == .system && Caller.system.id == nil && Caller.system.userID == nil)
        let stranger = Caller.anonymous(remoteAddress: "192.0.2.1", requestID: "r")
        #expect(stranger.kind == .anonymous && stranger.id == nil && stranger.userID == nil)
        #expect(stranger.remoteAddress == "192.0.2.1" && stranger.requestID == "r" && stranger.name.isEmpty)
    }

    @Test func `an audit entry is done unless it says otherwise`() {
        let entry = AuditEntry("project.create", "project", "demo", after: ["key": "demo"])
        #expect(entry.outcome == .done && entry.before == nil && entry.after == ["key": "demo"] && entry.project == nil)
        #expect(AuditEntry("a", "b", "c", outcome: .refused) != AuditEntry("a", "b", "c"))
    }
}
