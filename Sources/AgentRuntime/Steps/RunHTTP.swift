import Domain
import Transfer
import Wire

/// Runs an `http` step.
struct RunHTTP {
    let scope: StepScope

    func callAsFunction(_ action: HTTPAction) throws(PreconditionFailure) -> ActionOutcome {
        let request = try request(for: action)
        var outcome = ActionOutcome(input: input(request))
        let body = scope.capture("body")
        let abort = AbortSwitch()
        let latches = [scope.bounds.drop] + (scope.bounds.cancel.map { [$0] } ?? [])
        latches.forEach { $0.attach(abort) }
        defer { latches.forEach { $0.detach(abort) } }
        let start = scope.clock.monotonicMs()
        do {
            let reply = try HTTPSession().send(request, abort: abort) { bytes in
                body.feed(bytes)
                return true
            }
            body.finish()
            describe(reply, body, &outcome)
        } catch {
            fail(error, &outcome)
        }
        outcome.facts.durationMs = scope.clock.monotonicMs() - start
        return outcome
    }

    private func request(for action: HTTPAction) throws(PreconditionFailure) -> HTTPRequest {
        let variables = scope.variables
        let left = scope.bounds.deadlineMs - scope.clock.monotonicMs()
        var request = HTTPRequest(
            method: action.method ?? "GET", url: try variables.substitute(action.url),
            connectTimeoutMs: Int(max(1, left)), totalTimeoutMs: Int(max(1, left)), streamedStatuses: 0...999,
            maximumRedirects: action.followRedirects == true ? 3 : 0, verifiesTLS: action.tls?.verify ?? true,
            caFile: action.tls?.caFile, policy: .anyAddress)
        let headers = try variables.substitute(action.headers ?? [:])
        request.headers = headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        if let json = action.json {
            request.body = .bytes(try variables.substitute(json).serialized())
            if !headers.keys.contains(where: { $0.lowercased() == "content-type" }) {
                request.headers.append((name: "Content-Type", value: "application/json"))
            }
        } else if let body = action.body {
            request.body = .bytes(Array(try variables.substitute(body).utf8))
        }
        return request
    }

    private func input(_ request: HTTPRequest) -> JSONValue {
        let headers = request.headers.map { (scope.redact($0.name), JSONValue.string(bounded(scope.redact($0.value)))) }
        var input: [String: JSONValue] = [
            "kind": "http", "method": .string(request.method), "url": .string(bounded(scope.redact(request.url))),
            "headers": .object(Dictionary(headers, uniquingKeysWith: { first, _ in first })),
        ]
        if case .bytes(let bytes) = request.body {
            input["body"] = .string(bounded(scope.redact(String(decoding: bytes, as: UTF8.self))))
        }
        return .object(input)
    }

    private func describe(_ reply: HTTPReply, _ body: StreamCapture, _ outcome: inout ActionOutcome) {
        var headers: [String: String] = [:]
        for header in reply.headers.prefix(64) {
            let value = bounded(scope.redact(header.value))
            headers[header.name] = headers[header.name].map { $0 + ", " + value } ?? value
        }
        var output = StepOutput()
        output.response = StepOutput.Response(
            status: reply.status, headers: headers, body: streamExcerpt(body, "body", scope, &outcome))
        outcome.output = output
        let timings = reply.timings
        outcome.timings = Timings(
            dnsMs: timings.dnsMs, connectMs: timings.connectMs, tlsMs: timings.tlsMs, firstByteMs: timings.firstByteMs,
            totalMs: timings.totalMs)
        outcome.facts.status = reply.status
        outcome.facts.headers = reply.headers
        outcome.facts.body = body.matchedText
    }

    private func fail(_ error: TransferError, _ outcome: inout ActionOutcome) {
        if error.reason == .aborted {
            outcome.interruption = scope.bounds.drop.isUp ? .dropped : .cancelled
        } else if error.reason == .timedOut, scope.clock.monotonicMs() >= scope.bounds.deadlineMs - 20 {
            outcome.interruption = scope.bounds.deadlineMeans
        } else {
            let type = error.reason == .invalidRequest ? FaultCode.preconditionFailed : error.reason.rawValue
            outcome.failure = StepError(type: type, message: bounded(scope.redact(error.message)))
        }
    }
}

/// Runs a `wait` step.
struct RunWait {
    let scope: StepScope

    func callAsFunction(_ action: WaitAction) -> ActionOutcome {
        var outcome = ActionOutcome(input: ["kind": "wait", "durationMs": .integer(action.durationMs)])
        let end = scope.clock.monotonicMs() + action.durationMs
        let latches = [scope.bounds.drop] + (scope.bounds.cancel.map { [$0] } ?? [])
        while outcome.interruption == nil {
            let now = scope.clock.monotonicMs()
            if now >= end { break }
            if now >= scope.bounds.deadlineMs {
                outcome.interruption = scope.bounds.deadlineMeans
            } else {
                _ = pollReadable(latches.map(\.descriptor), timeoutMs: min(end, scope.bounds.deadlineMs) - now)
                if scope.bounds.drop.isUp {
                    outcome.interruption = .dropped
                } else if scope.bounds.cancel?.isUp == true {
                    outcome.interruption = .cancelled
                }
            }
        }
        outcome.facts.durationMs = action.durationMs
        return outcome
    }
}
