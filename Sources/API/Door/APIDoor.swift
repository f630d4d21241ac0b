package import Domain
package import FastCGI
import Wire

/// The HTTP door: finds the route, admits the caller, checks the body, runs the handler, renders what comes of it.
///
/// Every error becomes one problem document here and nowhere else. Runs on any worker thread.
package struct APIDoor: Sendable {
    private let router: Router
    private let gate: Gate
    private let services: Services
    private let clock: @Sendable () -> Timestamp
    private let observe: @Sendable (AccessRecord) -> Void
    private let afterWrite: @Sendable () -> Void

    /// - Parameters:
    ///   - clock: the time that handlers see as `now`.
    ///   - observe: gets one record for each request, for the access log and the metrics.
    ///   - afterWrite: called after each request that may have made work for the scheduler: rings its bell.
    package init(
        routes: [Route] = Routes.all, gate: Gate, services: Services, clock: @escaping @Sendable () -> Timestamp,
        observe: @escaping @Sendable (AccessRecord) -> Void, afterWrite: @escaping @Sendable () -> Void = {}
    ) {
        router = Router(routes)
        self.gate = gate
        self.services = services
        self.clock = clock
        self.observe = observe
        self.afterWrite = afterWrite
    }

    /// Answers one request; never throws and never traps.
    package func handle(_ request: Request) -> Reply {
        let started = ContinuousClock.now
        var record = AccessRecord(request: request)
        var response = answer(request, &record)
        if !request.id.isEmpty { response.headers.append(("X-Request-Id", request.id)) }
        if request.method == "HEAD" {
            response.headers.append(("Content-Length", String(response.body.count)))
            response.body = []
        }
        record.status = response.status
        record.durationMs = started.duration(to: .now) / .milliseconds(1)
        observe(record)
        return .response(response)
    }

    private func answer(_ request: Request, _ record: inout AccessRecord) -> Response {
        do {
            switch router.match(request.method, request.path) {
            case .nothing: throw Problem(.notFound, "There is nothing at \(request.path).")
            case .methods(let methods):
                throw Problem(
                    .methodNotAllowed, "\(request.path) takes \(methods.map(\.rawValue).joined(separator: ", ")).",
                    allowedMethods: methods.map(\.rawValue))
            case .route(let route, let parameters):
                record.route = route.path.description
                return try serve(request, route, parameters, &record)
            }
        } catch {
            let problem = ProblemMapping.problem(for: error)
            if problem.code.status >= 500 { record.fault = String(describing: error) }
            return .problem(problem, requestID: request.id)
        }
    }

    /// Writes down a refusal that comes from `body`; those by role are written where they are decided.
    private func noting<R>(
        _ request: Request, _ route: Route, _ requester: Requester, _ project: ProjectRef? = nil, _ body: () throws -> R
    ) throws -> R {
        do {
            return try body()
        } catch {
            if ProblemMapping.problem(for: error).code.status == 403 {
                gate.recordRefusal(
                    .refusal(of: route, project: project?.id), requester.caller(request))
            }
            throw error
        }
    }

    private func serve(
        _ request: Request, _ route: Route, _ parameters: [String: String], _ record: inout AccessRecord
    ) throws -> Response {
        let admission = Admission(gate: gate, request: request, route: route, parameters: parameters)
        let requester = try noting(request, route, .nobody) { try admission.identify() }
        let tree = try BodyReading.tree(of: request, for: route)
        let project = try admission.authorise(requester, body: tree)
        record.project = project?.id
        let query = try Query.read(request.query, route.query)
        try BodyReading.check(tree, for: route)
        let context = RequestContext(
            requester: requester, project: project, requestID: request.id, now: clock(),
            remoteAddress: request.remoteAddress)
        // Read before the handler's queries: what commits in between is sent twice rather than missed.
        let position = route.isLive ? try gate.feedPosition() : nil
        let call = Call(
            request: request, context: context, services: services, parameters: parameters, query: query, body: tree)
        var response = try noting(request, route, requester, project) { try route.handler(call) }
        if route.ringsBell { afterWrite() }
        if let position { response.headers.append(("Assay-Feed", String(position))) }
        if response.header("Cache-Control") == nil { response.headers.append(("Cache-Control", "private, no-cache")) }
        return Conditional.applied(to: response, for: request)
    }
}
