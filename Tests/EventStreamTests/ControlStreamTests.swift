import Domain
import EventStream
import FastCGI
import MariaDB
import Testing

@Suite struct ControlStreamTests {
    private struct Fleet {
        let bench: Bench
        let role: EventsRole
        let agent: ID<Agent>
        let session: ID<AgentSession>

        init() throws {
            bench = try Bench()
            role = try bench.role()
            agent = ID(at: Bench.time)
            session = ID(at: Bench.time)
            try bench.sql(
                """
                INSERT INTO agents (id, name, credential_sha256, session_id, created_at)
                VALUES (\(agent), 'a1', \([UInt8](repeating: 1, count: 32)), \(session), UTC_TIMESTAMP(3))
                """)
            try bench.sql(
                """
                INSERT INTO agent_sessions (id, agent_id, lease_until, slots, labels, protocol, created_at,
                  last_beat_at)
                VALUES (\(session), \(agent), UTC_TIMESTAMP(3), 2, '[]', 1, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3))
                """)
        }

        func request(session: ID<AgentSession>? = nil) -> Request {
            Request(
                path: "/agent/v1/control",
                headers: [
                    ("Authorization", agent.description), ("Assay-Session", (session ?? self.session).description),
                ])
        }

        func connect() throws -> StreamClient { try bench.open(role, request()) }

        /// A work item offered to the session under `fence`.
        func offer(_ run: Bench.Run, fence: Int) throws {
            try bench.sql(
                """
                REPLACE INTO work_items (execution_id, project_id, bucket_id, state, sort_key, fence, agent_id, session_id,
                  offered_until)
                VALUES (\(run.id), \(run.project), 1, 'offered', 1, \(fence), \(agent), \(session),
                  '2026-11-21 03:39:33.466')
                """)
        }

        func seen(_ client: StreamClient) throws -> [SeenEvent] {
            try bench.turn(role)
            return SeenEvent.all(in: client.received().text)
        }
    }

    @Test func `an offer is sent once on a connection and again on the next`() throws {
        let fleet = try Fleet()
        let run = try fleet.bench.execution()
        let client = try fleet.connect()
        try fleet.offer(run, fence: 3)
        let seen = try fleet.seen(client)
        #expect(
            seen == [
                SeenEvent(
                    type: "offer",
                    data:
                        #"{"execution":"\#(run.id)","fence":3,"name":"a case","offeredUntil":"2026-11-21T03:39:33.466Z"}"#
                )
            ])
        #expect(try fleet.seen(client).isEmpty)
        let second = try fleet.connect()
        #expect(try fleet.seen(second) == seen)
        #expect(client.received().hasEnded)
        #expect(fleet.role.figures.agents == 1)
    }

    @Test func `the same execution under a new fence is offered anew`() throws {
        let fleet = try Fleet()
        let run = try fleet.bench.execution()
        let client = try fleet.connect()
        try fleet.offer(run, fence: 1)
        #expect(try fleet.seen(client).count == 1)
        try fleet.offer(run, fence: 2)
        #expect(try fleet.seen(client).map(\.type) == ["offer"])
    }

    @Test func `a cancel of what runs is sent once`() throws {
        let fleet = try Fleet()
        let run = try fleet.bench.execution()
        let client = try fleet.connect()
        try fleet.offer(run, fence: 1)
        try fleet.bench.sql("UPDATE work_items SET state = 'running' WHERE execution_id = \(run.id)")
        #expect(try fleet.seen(client).isEmpty)
        try fleet.bench.sql(
            "UPDATE work_items SET cancel_requested_at = UTC_TIMESTAMP(3) WHERE execution_id = \(run.id)")
        try fleet.bench.sql("UPDATE executions SET cancel_reason = 'no need' WHERE id = \(run.id)")
        #expect(
            try fleet.seen(client) == [
                SeenEvent(type: "cancel", data: #"{"execution":"\#(run.id)","fence":1,"reason":"no need"}"#)
            ])
        #expect(try fleet.seen(client).isEmpty)
    }

    @Test func `draining is told once`() throws {
        let fleet = try Fleet()
        let client = try fleet.connect()
        try fleet.bench.sql("UPDATE agent_sessions SET draining = TRUE WHERE id = \(fleet.session)")
        #expect(try fleet.seen(client).map(\.type) == ["drain"])
        #expect(try fleet.seen(client).isEmpty)
    }

    @Test(
        arguments: [
            "UPDATE agents SET revoked_at = UTC_TIMESTAMP(3)", "UPDATE agents SET session_id = id",
            "UPDATE agent_sessions SET ended_at = UTC_TIMESTAMP(3)", "DELETE FROM agent_sessions",
        ] as [SQL])
    func `the stream of a session that is no more ends`(statement: SQL) throws {
        let fleet = try Fleet()
        let client = try fleet.connect()
        #expect(try fleet.seen(client).isEmpty)
        try fleet.bench.sql(statement)
        try fleet.bench.turn(fleet.role)
        let (text, hasEnded) = client.received()
        #expect(SeenEvent.all(in: text).map(\.type) == ["end"])
        #expect(hasEnded)
        #expect(fleet.role.figures.agents == 0)
    }

    @Test func `only the current session of a known agent may connect`() throws {
        let fleet = try Fleet()
        func status(_ request: Request) -> Int {
            if case .response(let response) = fleet.role.handle(request) { response.status } else { 0 }
        }
        #expect(status(Request(path: "/agent/v1/control")) == 401)
        #expect(status(fleet.request(session: ID(at: Bench.time))) == 409)
        #expect(
            status(Request(path: "/agent/v1/control", headers: [("Authorization", fleet.agent.description)])) == 409)
    }
}
