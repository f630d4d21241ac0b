import Domain
@testable import Executions
import Glibc
import MariaDB
import Testing
import Wire

/// A credential is worth nothing with somebody else's session, and what is refused leaves nothing behind.
@Suite struct AgentBindingTests {
    /// A case that runs on `holder`, and another agent that knows its session.
    private struct Scene {
        let bench: Bench
        let id: ID<Execution>
        let holder: AgentCaller
        let thief: AgentCaller
        let offer: Holding
        let directory: String

        init(isAccepted: Bool = true) throws {
            bench = try Bench()
            id = try bench.start(try bench.makeCase("hello"))
            holder = try bench.agent("holder")
            try bench.settle()
            offer = try #require(try bench.offers(holder).first)
            if isAccepted { _ = try bench.accept(offer, holder) }
            let other = try bench.agent("other", project: try Bench.makeProject("other", bench.pool))
            thief = AgentCaller(agent: other.agent, session: holder.session)
            directory = "/tmp/assay-binding-\(getpid())-\(id)"
            mkdir(directory, 0o700)
        }

        func finish() { _ = system("rm -rf \(directory)") }

        func put(_ name: String, _ text: String, fence: Int? = nil, by caller: AgentCaller, type: String = "text/plain")
            throws -> ArtifactStore.Artifact
        {
            let path = directory + "/upload"
            let handle = fopen(path, "w")
            fputs(text, handle)
            fclose(handle)
            return try ArtifactStore(pool: bench.pool, directory: directory + "/store").put(
                id, fence: fence ?? offer.fence, name: name, droppedBytes: 0, mediaType: type, file: path, by: caller)
        }

        /// Files below the store.
        func stored() -> [String] {
            guard let pipe = popen("find \(directory)/store -type f -printf '%f\\n' 2>/dev/null", "r") else {
                return []
            }
            defer { pclose(pipe) }
            var bytes = [UInt8](repeating: 0, count: 65_536)
            let count = fread(&bytes, 1, bytes.count, pipe)
            return String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
        }

        func count(_ table: SQL) throws -> Int {
            try bench.pool.read { try $0.query("SELECT COUNT(*) AS n FROM \(sql: table)").first?.int("n") ?? -1 }
        }
    }

    @Test func `another agent with the holder's session takes, tells and ends nothing`() throws {
        let offered = try Scene(isAccepted: false)
        #expect(throws: ExecutionFault.sessionEnded) { try offered.bench.accept(offered.offer, offered.thief) }
        let scene = try Scene()
        defer { scene.finish() }
        #expect(throws: ExecutionFault.staleFence) {
            try scene.bench.record(
                scene.id, StepsRequest(fence: scene.offer.fence, firstSeq: 1, steps: [stepResult(1)]), by: scene.thief)
        }
        #expect(throws: ExecutionFault.staleFence) { try scene.put("a", "stolen", by: scene.thief) }
        #expect(throws: ExecutionFault.staleFence) { try scene.bench.finish(scene.offer, scene.thief) }
        #expect(try scene.bench.status(scene.id) == .running)
        #expect(try scene.count("late_results") == 0)
        #expect(scene.stored().isEmpty)
        // The holder's own answer is not told to the other one either.
        try scene.bench.finish(scene.offer, scene.holder)
        #expect(throws: ExecutionFault.staleFence) { try scene.bench.finish(scene.offer, scene.thief) }
        #expect(try scene.bench.finish(scene.offer, scene.holder).status == .passed)
    }

    @Test func `a late verdict is kept once, and only of a session that had the attempt`() throws {
        let scene = try Scene()
        let stranger = try scene.bench.agent("stranger")
        for _ in 0..<3 {
            #expect(throws: ExecutionFault.staleFence) { try scene.bench.finish(scene.offer, stranger) }
        }
        #expect(try scene.count("late_results") == 0)
        _ = try scene.bench.openSession(scene.holder.agent)
        for _ in 0..<3 {
            #expect(throws: ExecutionFault.staleFence) { try scene.bench.finish(scene.offer, scene.holder) }
        }
        #expect(try scene.count("late_results") == 1)
    }

    @Test func `a refused artifact leaves no bytes, a second one replaces type and bytes`() throws {
        let scene = try Scene()
        defer { scene.finish() }
        #expect(throws: ExecutionFault.staleFence) { try scene.put("a", "old", fence: 9, by: scene.holder) }
        #expect(scene.stored().isEmpty)
        _ = try scene.put("a", "first", by: scene.holder, type: "text/html")
        let second = try scene.put("a", "second", by: scene.holder)
        try scene.bench.finish(scene.offer, scene.holder)
        let listed = try ArtifactStore(pool: scene.bench.pool, directory: scene.directory).list(
            scene.id, project: scene.bench.project)
        #expect(listed == [second])
    }

    @Test func `an attempt has room for so many artifacts and bytes`() throws {
        let scene = try Scene()
        defer { scene.finish() }
        try scene.bench.execute(
            """
            INSERT INTO artifacts (execution_id, attempt, fence, name, sha256, bytes, media_type)
            SELECT \(scene.id), 1, \(scene.offer.fence), CONCAT('n', seq), UNHEX(SHA2(seq, 256)), 1, 'text/plain'
            FROM seq_1_to_1000
            """)
        #expect(throws: ExecutionFault.self) { try scene.put("one more", "x", by: scene.holder) }
        #expect(try scene.put("n7", "replaced", by: scene.holder).bytes == 8)
        try scene.bench.execute("DELETE FROM artifacts WHERE name <> 'n7'")
        try scene.bench.execute("UPDATE artifacts SET bytes = 1073741820")
        #expect(throws: ExecutionFault.self) { try scene.put("large", "12345", by: scene.holder) }
        #expect(try scene.put("small", "1234", by: scene.holder).bytes == 4)
    }

    @Test func `the sweep takes what no verdict showed and what no row names, and nothing younger`() throws {
        let scene = try Scene()
        defer { scene.finish() }
        let kept = try scene.put("kept", "kept", by: scene.holder)
        let sweep = SweepArtifacts(pool: scene.bench.pool, directory: scene.directory + "/store")
        func all() throws -> Int { try (0..<256).reduce(0) { sum, _ in try sum + sweep.runOnce() } }
        let age = "find \(scene.directory)/store -type f -exec touch -d '2 hours ago' {} +"
        _ = system(age)
        #expect(try all() == 0, "of a running attempt")
        try scene.bench.finish(scene.offer, scene.holder)
        // A file of a commit that failed, and a row of an attempt that was lost.
        let orphan = String(repeating: "ab", count: 32)
        _ = system("mkdir -p \(scene.directory)/store/ab; echo x > \(scene.directory)/store/ab/\(orphan)")
        try scene.bench.execute(
            """
            INSERT INTO artifacts (execution_id, attempt, fence, name, sha256, bytes, media_type)
            VALUES (\(scene.id), 1, 99, 'unseen', UNHEX(\(orphan)), 2, 'text/plain')
            """)
        #expect(try all() == 1, "the row; the file is too young")
        _ = system(age)
        #expect(try all() == 1)
        #expect(scene.stored() == [kept.sha256])
    }
}
