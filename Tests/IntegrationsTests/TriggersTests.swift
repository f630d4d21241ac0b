import Domain
import MariaDB
import Testing

@testable import Integrations

@Suite struct TriggersTests {
    @Test func `a trigger has a random key, and shows a made secret once`() throws {
        let fixture = try IntegrationsFixture()
        let saved = try fixture.makeTrigger { $0.secret = nil }
        let secret = try #require(saved.newSecret)
        #expect(secret.utf8.count == 43)
        #expect(saved.record.key.utf8.count == 43)
        #expect(saved.record.provider == "github")
        #expect(saved.record.events == ["push"])
        #expect(saved.record.parameters == ["level": "high"])
        #expect(saved.record.environment == "staging")
        #expect(try fixture.triggers.get(saved.record.id, project: fixture.project) == saved.record)
        let stored = try fixture.pool.read { try $0.first("SELECT secret FROM triggers")?.bytes("secret") } ?? []
        #expect(!String(decoding: stored, as: UTF8.self).contains(secret))
        let other = try fixture.makeTrigger {
            $0.name = "Other"; $0.environment = nil
        }
        #expect(other.newSecret == nil)
        #expect(other.record.key != saved.record.key)
        #expect(other.record.environment == nil)
    }

    @Test func `every fault is named`() {
        let draft = TriggerDraft(
            name: "", provider: "svn", secret: "short", events: ["push", "push", "star"],
            branch: String(repeating: "x", count: 256), suite: "-", environment: "No Name")
        #expect(
            draft.faults.map(\.pointer) == [
                "/name", "/provider", "/secret", "/events/2", "/events", "/branch", "/suite", "/environment",
            ])
        let empty = TriggerDraft(
            name: "a\nb", events: [], suite: "s",
            parameters: Dictionary(uniqueKeysWithValues: (0..<501).map { ("p\($0)", JSONValue.null) }))
        #expect(empty.faults.map(\.pointer) == ["/name", "/events", "/parameters"])
    }

    @Test func `another project sees and changes nothing, and a name is used once`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        #expect(throws: IntegrationsError.nameTaken) { try fixture.makeTrigger() }
        #expect(throws: IntegrationsError.self) { try fixture.makeTrigger { $0.suite = "" } }
        #expect(throws: IntegrationsError.notFound) { try fixture.triggers.get(trigger.id, project: fixture.stranger) }
        #expect(throws: IntegrationsError.notFound) {
            try fixture.pool.transaction { try fixture.triggers.delete(trigger.id, project: fixture.stranger, in: $0) }
        }
        #expect(try fixture.triggers.list(project: fixture.stranger, limit: 5).isEmpty)
        #expect(try fixture.triggers.list(project: fixture.project, limit: 5) == [trigger])
        #expect(try fixture.triggers.list(project: fixture.project, before: trigger.id, limit: 5).isEmpty)
        #expect(try fixture.triggers.project(of: trigger.id) == fixture.project)
        #expect(throws: IntegrationsError.notFound) { try fixture.triggers.project(of: ID(at: fixture.noon)) }
        try fixture.pool.transaction { try fixture.triggers.delete(trigger.id, project: fixture.project, in: $0) }
        #expect(try fixture.receive(trigger, IntegrationsFixture.push()) == .unknown)
    }
}

@Suite struct BranchGlobTests {
    @Test(arguments: [
        ("", "anything/at/all", true), ("main", "main", true), ("main", "mainly", false), ("main", "Main", false),
        ("release-*", "release-1.2", true), ("release-*", "release-", true), ("*", "feature/x", false),
        ("**", "feature/x/y", true), ("feature/*", "feature/x", true), ("feature/*", "feature/x/y", false),
        ("feature/**", "feature/x/y", true), ("***", "a/b", true), ("v?.?", "v1.2", true), ("v?", "v/", false),
        ("*-*", "a-b-c", true), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("**/fix", "a/b/fix", true),
        ("[main]", "m", false), (".*", "main", false),
    ])
    func `stars stop at slashes, double stars do not`(pattern: String, branch: String, matches: Bool) {
        #expect(BranchGlob(pattern).matches(branch) == matches)
    }

    @Test func `a hostile pattern costs no more than its length`() {
        let pattern = BranchGlob(String(repeating: "*a", count: 120))
        #expect(!pattern.matches(String(repeating: "a", count: 119)))
    }
}
