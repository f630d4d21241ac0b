import Domain
import FastCGI
import Identity
import Wire

/// Turns a request into a stream or a refusal: authentication, filters, place in the feed.
struct OpenStream: Sendable {
    let access: StreamAccess
    let rights: RightsWatch
    let fanOut: FanOut
    let catchUp: CatchUp
    let feed: FeedStore
    let executions: ExecutionStore
    let waits: WaitDesk
    let output: OutputDesk
    let control: ControlDesk
    let sessions: ControlStore

    /// `nowMs` is the monotonic clock. Blocks on the database only. - Throws: `Problem`, `DatabaseError`.
    func reply(to request: Request, nowMs: Int64) throws -> Reply {
        guard let route = EventRoute(path: request.path) else { throw Problem(.notFound) }
        guard request.method == "GET" || request.method == "HEAD" else {
            throw Problem(.methodNotAllowed, allowedMethods: ["GET", "HEAD"])
        }
        switch route {
        case .project: return try project(request)
        case .execution(let id): return try execution(id, request)
        case .wait(let id): return try wait(id, request, nowMs: nowMs)
        case .output(let id): return try printed(id, request)
        case .control: return try agent(request)
        }
    }

    private func project(_ request: Request) throws -> Reply {
        let mark = rights.mark
        let principal = try authenticated(request)
        guard let key = request.query("project"), !key.isEmpty else {
            throw Problem.invalid("?project", "is required")
        }
        guard let project = try access.project(key) else { throw Problem.unknownProject }
        try require(principal, project, request, else: .unknownProject)
        let query = try StreamQuery(request, ["project", "types", "executions", "after"])
        let filter = StreamFilter(project: project, types: types(query), executions: try executionIDs(query))
        let (cursor, preface) = try start(request, query) ?? (FeedCursor(behind: fanOut.lastPosition), [])
        return stream(Subscription(filter: filter, principal: principal, cursor: cursor), preface, since: mark)
    }

    private func execution(_ id: ID<Execution>, _ request: Request) throws -> Reply {
        let mark = rights.mark
        let (found, principal) = try readable(id, request)
        let query = try StreamQuery(request, ["types", "after"])
        let subject: StreamFilter.Subject = found.root == id ? .tree(id) : .single(id, root: found.root)
        let filter = StreamFilter(project: found.project, subject: subject, types: types(query))
        // Without a cursor an execution is told from its beginning: it has one, unlike a project.
        let (cursor, preface) = try start(request, query) ?? (FeedCursor(behind: 0), [])
        var subscription = Subscription(filter: filter, principal: principal, cursor: cursor)
        subscription.knownEnd = try knownEnd(of: found)
        return stream(subscription, preface, since: mark)
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
        let mark = rights.mark
        let (found, principal) = try readable(id, request)
        let text = try StreamQuery(request, ["timeoutMs"])["timeoutMs"] ?? "600000"
        guard let timeoutMs = Int64(text), (0...600_000).contains(timeoutMs) else {
            throw Problem.invalid("?timeoutMs", "must be a number of milliseconds from 0 to 600000")
        }
        if found.status.isFinal || timeoutMs == 0 { return .response(waitResponse(id, found.status)) }
        return .stream(
            StreamStart(headers: nil) { [waits, rights] handle in
                waits.park(handle, id, project: found.project, principal: principal, deadlineMs: nowMs + timeoutMs)
                rights.adopted(principal.user, since: mark)
            })
    }

    private func printed(_ id: ID<Execution>, _ request: Request) throws -> Reply {
        let mark = rights.mark
        let (found, principal) = try readable(id, request)
        let query = try StreamQuery(request, ["attempt", "step", "after", "follow"])
        var watching = OutputDesk.Watching(
            execution: id, project: found.project, principal: principal,
            attempt: try query.integer("attempt", 1...65_535), step: try query.integer("step", 1...1_000_000),
            isFollowing: try query.flag("follow") ?? true)
        // A reconnecting browser repeats its first URL: what it has seen since wins.
        let seen = request.header("last-event-id").flatMap { Int64($0) }
        let after = try seen ?? query.integer("after", 0...Int(Int64.max)).map { Int64($0) } ?? 0
        try output.choose(for: &watching, behind: max(0, after))
        return .stream(
            .events { [output, rights, watching] handle in
                output.watch(handle, watching)
                rights.adopted(principal.user, since: mark)
            })
    }

    private func agent(_ request: Request) throws -> Reply {
        guard let agent = try access.agent(request) else { throw Problem(.unauthenticated) }
        _ = try StreamQuery(request, [])
        guard let session = request.header("assay-session").flatMap({ ID<AgentSession>($0) }),
            try sessions.isCurrent(session, of: agent)
        else {
            throw Problem(.sessionEnded, "Open a new session.")
        }
        return .stream(.events { [control] handle in control.connect(handle, session) })
    }

    private func authenticated(_ request: Request) throws -> StreamPrincipal {
        guard let principal = try access.principal(request) else { throw Problem(.unauthenticated) }
        return principal
    }

    /// An execution of a stranger's project does not exist.
    private func readable(_ id: ID<Execution>, _ request: Request) throws -> (ExecutionStore.Found, StreamPrincipal) {
        let principal = try authenticated(request)
        guard let found = try executions.find(id) else { throw Problem.unknownExecution }
        try require(principal, found.project, request, else: .unknownExecution)
        return (found, principal)
    }

    /// The same rule as at the REST door: 404 for a stranger, 403 for a member without the right.
    private func require(
        _ principal: StreamPrincipal, _ project: ID<Project>, _ request: Request, else hidden: Problem
    ) throws(Problem) {
        switch principal.access(project) {
        case .allowed: return
        case .forbidden:
            if let caller = principal.caller {
                access.refused(
                    AuditEntry(
                        "access.refused", "route", "GET \(request.path)", project: project, outcome: .refused), caller)
            }
            throw Problem(.forbidden)
        case .hidden: throw hidden
        }
    }

    private func stream(_ subscription: Subscription, _ preface: [UInt8], since mark: Int) -> Reply {
        .stream(
            .events { [catchUp, rights] handle in
                catchUp.open(handle, subscription, preface: preface)
                rights.adopted(subscription.principal.user, since: mark)
            })
    }

    /// Where the client wants to begin; a place the feed does not reach becomes `reset` and now. nil = not said.
    private func start(_ request: Request, _ query: StreamQuery) throws -> (FeedCursor, [UInt8])? {
        // A reconnecting browser repeats its first URL: what it has seen since wins.
        guard let text = request.header("last-event-id").flatMap({ $0.isEmpty ? nil : $0 }) ?? query["after"]
        else { return nil }
        if let cursor = FeedCursor(text), try reaches(cursor) { return (cursor, []) }
        return (FeedCursor(behind: fanOut.lastPosition), eventFrame("reset", [:]))
    }

    private func reaches(_ cursor: FeedCursor) throws -> Bool {
        if fanOut.covers(cursor), cursor.position <= fanOut.lastPosition { return true }
        guard let bounds = try feed.bounds() else { return cursor.position == 0 }
        return cursor.position >= bounds.lowerBound - 1 && cursor.position <= bounds.upperBound
    }

    private func types(_ query: StreamQuery) -> Set<String> { Set(query.list("types").map(String.init)) }

    private func executionIDs(_ query: StreamQuery) throws -> Set<ID<Execution>> {
        let texts = query.list("executions")
        let ids = texts.compactMap { ID<Execution>($0) }
        guard ids.count == texts.count, ids.count <= 500 else {
            throw Problem.invalid("?executions", "must be at most 500 execution ids, separated by commas")
        }
        return Set(ids)
    }
}
