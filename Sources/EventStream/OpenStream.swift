import Domain
import FastCGI

/// Turns a request into a stream or a refusal: authentication, filters, place in the feed.
struct OpenStream: Sendable {
    let access: StreamAccess
    let fanOut: FanOut
    let replay: Replay
    let feed: FeedStore
    let executions: ExecutionStore
    let waits: WaitDesk
    let control: ControlDesk
    let sessions: ControlStore

    /// `nowMs` is the monotonic clock. Blocks on the database only. - Throws: `Refusal`, `DatabaseError`.
    func reply(to request: Request, nowMs: Int64) throws -> Reply {
        guard let route = EventRoute(path: request.path) else { throw Refusal.unknownPath }
        guard request.method == "GET" || request.method == "HEAD" else {
            throw Refusal(status: 405, code: "method_not_allowed", detail: "Only GET is allowed here.")
        }
        switch route {
        case .project: return try project(request)
        case .execution(let id): return try execution(id, request)
        case .wait(let id): return try wait(id, request, nowMs: nowMs)
        case .control: return try agent(request)
        }
    }

    private func project(_ request: Request) throws -> Reply {
        let principal = try authenticated(request)
        guard let key = request.query("project"), !key.isEmpty else {
            throw Refusal.invalid("project", "Name the project whose events are wanted.")
        }
        guard let project = try access.project(key), principal.mayRead(project) else { throw Refusal.unknownProject }
        let filter = StreamFilter(project: project, types: types(request), executions: try executionIDs(request))
        let (cursor, preface) = try start(request) ?? (FeedCursor(behind: fanOut.lastPosition), [])
        return stream(Subscription(filter: filter, principal: principal, cursor: cursor), preface)
    }

    private func execution(_ id: ID<Execution>, _ request: Request) throws -> Reply {
        let (found, principal) = try readable(id, request)
        let subject: StreamFilter.Subject = found.root == id ? .tree(id) : .single(id, root: found.root)
        let filter = StreamFilter(project: found.project, subject: subject, types: types(request))
        // Without a cursor an execution is told from its beginning: it has one, unlike a project.
        let (cursor, preface) = try start(request) ?? (FeedCursor(behind: 0), [])
        var subscription = Subscription(filter: filter, principal: principal, cursor: cursor)
        subscription.knownEnd = try knownEnd(of: found)
        return stream(subscription, preface)
    }

    /// Where the feed's story of a final execution ends; nil when its end is still to come through the feed.
    private func knownEnd(of found: ExecutionStore.Found) throws -> (behind: Int64, status: ExecutionStatus)? {
        guard let agoMs = found.finishedAgoMs else { return nil }
        if let last = try feed.last(of: found.id, root: found.root) {
            return last.seq >= found.lastSeq ? (last.position, found.status) : nil
        }
        // Nothing in the feed: so young that the sequencer has not seen it, or so old that it is gone.
        return agoMs < 60_000 ? nil : (0, found.status)
    }

    private func wait(_ id: ID<Execution>, _ request: Request, nowMs: Int64) throws -> Reply {
        let (found, principal) = try readable(id, request)
        let text = request.query("timeoutMs") ?? "600000"
        guard let timeoutMs = Int64(text), (0...600_000).contains(timeoutMs) else {
            throw Refusal.invalid("timeoutMs", "A number of milliseconds from 0 to 600000.")
        }
        if found.status.isFinal || timeoutMs == 0 { return .response(waitResponse(id, found.status)) }
        return .stream(
            StreamStart(headers: nil) { [waits] handle in
                waits.park(handle, id, project: found.project, principal: principal, deadlineMs: nowMs + timeoutMs)
            })
    }

    private func agent(_ request: Request) throws -> Reply {
        guard let agent = try access.agent(request) else { throw Refusal.unauthenticated }
        guard let session = request.header("assay-session").flatMap({ ID<AgentSession>($0) }),
            try sessions.isCurrent(session, of: agent)
        else {
            throw Refusal(status: 409, code: "session_ended", detail: "Open a new session.")
        }
        return .stream(.events { [control] handle in control.connect(handle, session) })
    }

    private func authenticated(_ request: Request) throws -> StreamPrincipal {
        guard let principal = try access.principal(request) else { throw Refusal.unauthenticated }
        return principal
    }

    /// An execution of a stranger's project does not exist.
    private func readable(_ id: ID<Execution>, _ request: Request) throws -> (ExecutionStore.Found, StreamPrincipal) {
        let principal = try authenticated(request)
        guard let found = try executions.find(id), principal.mayRead(found.project) else {
            throw Refusal.unknownExecution
        }
        return (found, principal)
    }

    private func stream(_ subscription: Subscription, _ preface: [UInt8]) -> Reply {
        .stream(.events { [replay] handle in replay.open(handle, subscription, preface: preface) })
    }

    /// Where the client wants to begin; a place the feed does not reach becomes `reset` and now. nil = not said.
    private func start(_ request: Request) throws -> (FeedCursor, [UInt8])? {
        // A reconnecting browser repeats its first URL: what it has seen since wins.
        guard let text = request.header("last-event-id").flatMap({ $0.isEmpty ? nil : $0 }) ?? request.query("after")
        else {
            return nil
        }
        if let cursor = FeedCursor(text), try reaches(cursor) { return (cursor, []) }
        return (FeedCursor(behind: fanOut.lastPosition), eventFrame("reset", [:]))
    }

    private func reaches(_ cursor: FeedCursor) throws -> Bool {
        if fanOut.covers(cursor), cursor.position <= fanOut.lastPosition { return true }
        guard let bounds = try feed.bounds() else { return cursor.position == 0 }
        return cursor.position >= bounds.lowerBound - 1 && cursor.position <= bounds.upperBound
    }

    private func types(_ request: Request) -> Set<String> {
        Set(request.query("types")?.split(separator: ",").map(String.init) ?? [])
    }

    private func executionIDs(_ request: Request) throws -> Set<ID<Execution>> {
        let texts = request.query("executions")?.split(separator: ",") ?? []
        let ids = texts.compactMap { ID<Execution>($0) }
        guard ids.count == texts.count, ids.count <= 500 else {
            throw Refusal.invalid("executions", "At most 500 execution ids, separated by commas.")
        }
        return Set(ids)
    }
}
