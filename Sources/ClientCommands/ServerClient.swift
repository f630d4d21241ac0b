import Domain
import Glibc
import Transfer

/// Talks to the server's API as one user; tries again when the connection is lost and that is safe.
final class ServerClient {
    static let tries = 6

    let url: String
    private let token: String?
    private let context: ClientContext
    private let http = HTTPSession()

    init(url: String, token: String?, _ context: ClientContext) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.token = token
        self.context = context
    }

    /// The server that the environment or the last login names.
    static func known(_ context: ClientContext) throws(ClientError) -> ServerClient {
        let stored = Credentials.stored(context)
        guard let url = context.url ?? stored?.url else {
            throw ClientError("no server is known: run `assay login` or set ASSAY_URL and ASSAY_TOKEN")
        }
        // A stored token belongs to its server and goes to no other.
        guard let token = context.token ?? (stored?.url == url || context.url == nil ? stored?.token : nil) else {
            throw ClientError("no token for \(url): run `assay login --url \(url)` or set ASSAY_TOKEN")
        }
        return ServerClient(url: url, token: token, context)
    }

    func get(_ path: String) throws(ClientError) -> JSONValue {
        try json(send(request("GET", path), isSafe: true))
    }

    /// A file that the server writes.
    func file(_ path: String) throws(ClientError) -> [UInt8] {
        var request = request("GET", path)
        request.replyCapBytes = 1 << 30
        let reply = try send(request, isSafe: true)
        guard (200..<300).contains(reply.status) else { throw problem(reply) }
        return reply.body
    }

    /// POSTs a document; with an `idempotencyKey` a lost connection is tried again.
    func post(_ path: String, _ document: JSONValue, idempotencyKey: String? = nil) throws(ClientError) -> JSONValue {
        try post(path, document.serialized(), type: "application/json", idempotencyKey: idempotencyKey)
    }

    func post(
        _ path: String, _ bytes: [UInt8], type: String, idempotencyKey: String? = nil
    ) throws(ClientError) -> JSONValue {
        var request = request("POST", path)
        request.headers.append((name: "Content-Type", value: type))
        if let idempotencyKey { request.headers.append((name: "Idempotency-Key", value: idempotencyKey)) }
        request.body = .bytes(bytes)
        return try json(send(request, isSafe: idempotencyKey != nil))
    }

    /// POSTs the content of a file; with a run key in `path` it is safe to send it again.
    func upload(_ path: String, file: String) throws(ClientError) -> JSONValue {
        var request = request("POST", path)
        request.headers.append((name: "Content-Type", value: "application/octet-stream"))
        request.body = .file(path: file)
        request.totalTimeoutMs = 0
        request.idleTimeoutMs = 600_000
        return try json(send(request, isSafe: true))
    }

    /// Holds an event stream open; returns when it ends or `onBytes` answers false. A refusal is an error.
    func stream(
        _ path: String, lastEventID: String?, abort: AbortSwitch? = nil, onBytes: (UnsafeRawBufferPointer) -> Bool
    ) throws(ClientError) {
        var request = request("GET", path)
        request.headers.append((name: "Accept", value: "text/event-stream"))
        if let lastEventID { request.headers.append((name: "Last-Event-ID", value: lastEventID)) }
        request.totalTimeoutMs = 0
        request.idleTimeoutMs = 45_000
        let reply: HTTPReply
        do {
            reply = try withoutActuallyEscaping(onBytes) { onBytes throws(TransferError) in
                try http.send(request, abort: abort, onBytes: onBytes)
            }
        } catch {
            // A cut stream is resumed by the caller.
            return
        }
        if (400..<500).contains(reply.status), reply.status != 429 { throw problem(reply) }
    }

    /// Waits before try number `attempt` (0, 1, 2 …), longer each time.
    func pause(_ attempt: Int) {
        poll(nil, 0, Int32(clamping: min(5_000, context.retryMs << min(attempt, 10))))
    }

    private func request(_ method: String, _ path: String) -> HTTPRequest {
        var headers = [(name: "Accept", value: "application/json"), (name: "User-Agent", value: "assay/1")]
        if let token { headers.append((name: "Authorization", value: "Bearer \(token)")) }
        return HTTPRequest(
            method: method, url: url + "/api/v1" + path, headers: headers, replyCapBytes: 64 << 20, overCap: .fail,
            policy: .anyAddress)
    }

    private func send(_ request: HTTPRequest, isSafe: Bool) throws(ClientError) -> HTTPReply {
        var attempt = 0
        while true {
            var failure: String
            do throws(TransferError) {
                let reply = try http.send(request)
                guard isSafe, [429, 502, 503, 504].contains(reply.status) else { return reply }
                failure = "status \(reply.status)"
            } catch {
                failure = error.message
                if error.isPermanent || error.reason == .dnsLookupFailed || error.reason == .tlsFailed {
                    attempt = Self.tries
                }
            }
            attempt += 1
            // A request that never reached the server can be sent again whatever it is.
            guard isSafe, attempt < Self.tries else { throw ClientError("cannot reach \(url): \(failure)") }
            pause(attempt - 1)
        }
    }

    private func json(_ reply: HTTPReply) throws(ClientError) -> JSONValue {
        guard (200..<300).contains(reply.status) else { throw problem(reply) }
        if reply.body.isEmpty { return .null }
        do {
            return try JSONParser.parse(reply.body, maximumDepth: 128)
        } catch {
            throw ClientError("\(url) does not answer as an Assay server")
        }
    }

    private func problem(_ reply: HTTPReply) -> ClientError {
        guard let document = try? JSONParser.parse(reply.body), document["status"] != nil || document["title"] != nil
        else {
            return ClientError("\(url) answers with status \(reply.status)")
        }
        var text = document["detail"]?.string ?? document["title"]?.string ?? "status \(reply.status)"
        if reply.status == 401 { text += " (run `assay login` or check ASSAY_TOKEN)" }
        for fault in document["errors"]?.array ?? [] {
            let message = fault["message"]?.string ?? ""
            // The detail may say the same as its only fault: once is enough.
            if !text.contains(message) { text += "\n  \(fault["pointer"]?.string ?? ""): \(message)" }
        }
        return ClientError(text)
    }
}

/// Escapes a value for a path segment or query.
func escaped(_ text: String) -> String {
    var out = ""
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            out.unicodeScalars.append(Unicode.Scalar(byte))
        default: out += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
        }
    }
    return out
}

extension ClientContext {
    /// The project a command is about.
    func project(_ option: String?) throws(ClientError) -> String {
        guard let project = option ?? project, !project.isEmpty else {
            throw ClientError("which project? use --project KEY or set ASSAY_PROJECT")
        }
        return project
    }
}
