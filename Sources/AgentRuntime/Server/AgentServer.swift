import Domain
import Transfer
import Wire

/// How the server answered a call.
enum ServerAnswer<Value> {
    case ok(Value)
    /// A refusal with the problem's code and, for `step_gap`, the expected sequence.
    case refused(status: Int, code: String, detail: String, expected: Int?)
    /// No answer, or one that says "later" (5xx, 429).
    case unavailable(String)
}

extension ServerAnswer: Sendable where Value: Sendable {}

/// Where the server is and how to be known there.
struct ServerAddress: Sendable {
    /// Without a slash at the end.
    var url: String
    var credential: String?
    var caFile: String?
}

/// Calls the server from one thread; keeps its connection.
final class AgentServer {
    private let address: ServerAddress
    private let http = HTTPSession()

    init(_ address: ServerAddress) { self.address = address }

    /// Sends a JSON body and decodes the JSON answer.
    func post<Value: Decodable>(
        _ path: String, _ body: [UInt8], session: String?, timeoutMs: Int = 10_000, abort: AbortSwitch? = nil,
        as type: Value.Type
    ) -> ServerAnswer<Value> {
        var request = request("POST", path, session, timeoutMs)
        request.headers.append((name: "Content-Type", value: "application/json"))
        request.body = .bytes(body)
        return answer(request, abort, type)
    }

    /// Uploads a file.
    func put<Value: Decodable>(
        _ path: String, file: String, mediaType: String, session: String?, abort: AbortSwitch?, as type: Value.Type
    ) -> ServerAnswer<Value> {
        var request = request("PUT", path, session, 120_000)
        request.headers.append((name: "Content-Type", value: mediaType))
        request.body = .file(path: file)
        return answer(request, abort, type)
    }

    /// Holds an event stream open until it ends; `onBytes` gets what arrives.
    func stream(
        _ path: String, session: String, idleMs: Int, abort: AbortSwitch, onBytes: (UnsafeRawBufferPointer) -> Bool
    ) -> ServerAnswer<Void> {
        var request = request("GET", path, session, 0)
        request.headers.append((name: "Accept", value: "text/event-stream"))
        request.idleTimeoutMs = idleMs
        do {
            let reply = try withoutActuallyEscaping(onBytes) { onBytes throws(TransferError) in
                try http.send(request, abort: abort, onBytes: onBytes)
            }
            return reply.status == 200 ? .ok(()) : refusal(reply)
        } catch {
            return .unavailable(error.description)
        }
    }

    private func request(_ method: String, _ path: String, _ session: String?, _ timeoutMs: Int) -> HTTPRequest {
        var headers = [(name: "User-Agent", value: "assay-agent/1")]
        if let credential = address.credential {
            headers.append((name: "Authorization", value: "Bearer \(credential)"))
        }
        if let session { headers.append((name: "Assay-Session", value: session)) }
        return HTTPRequest(
            method: method, url: address.url + path, headers: headers, connectTimeoutMs: 3_000,
            totalTimeoutMs: timeoutMs, replyCapBytes: 32 << 20, overCap: .fail, caFile: address.caFile,
            policy: .anyAddress)
    }

    private func answer<Value: Decodable>(
        _ request: HTTPRequest, _ abort: AbortSwitch?, _ type: Value.Type
    ) -> ServerAnswer<Value> {
        do {
            let reply = try http.send(request, abort: abort)
            guard (200..<300).contains(reply.status) else { return refusal(reply) }
            guard let value = try? decodeJSON(type, reply.body.isEmpty ? Array("{}".utf8) : reply.body) else {
                return .unavailable("the answer to \(request.method) is not in the agreed form")
            }
            return .ok(value)
        } catch {
            return .unavailable(error.description)
        }
    }

    private func refusal<Value>(_ reply: HTTPReply) -> ServerAnswer<Value> {
        let problem = try? JSONParser.parse(reply.body, maximumDepth: 16)
        let detail = problem?["detail"]?.string ?? problem?["title"]?.string ?? "status \(reply.status)"
        if reply.status >= 500 || reply.status == 429 || reply.status == 408 || reply.status < 400 {
            return .unavailable(detail)
        }
        return .refused(
            status: reply.status, code: problem?["code"]?.string ?? "", detail: detail,
            expected: problem?["expected"]?.integer.map { Int(clamping: $0) })
    }
}

/// An answer whose content does not matter.
struct Ignored: Decodable {
    init(from decoder: any Decoder) throws {}
}
