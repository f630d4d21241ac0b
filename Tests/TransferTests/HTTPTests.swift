import Doubles
import Glibc
import Testing
import Transfer

@Suite struct HTTPTests {
    private func request(_ server: HTTPServerDouble, _ path: String = "/") -> HTTPRequest {
        HTTPRequest(url: server.url + path, policy: .anyAddress)
    }

    @Test func `a reply arrives with status, headers, body and timings`() throws {
        let server = try HTTPServerDouble(script: [.text(201, "hello", [("X-Word", "a: b"), ("X-Word", "c")])])
        var request = request(server, "/things?a=1")
        request.method = "POST"
        request.headers = [("Content-Type", "text/plain"), ("X-Empty", "")]
        request.body = .bytes(Array("payload".utf8))
        let reply = try request.send()
        #expect(reply.status == 201)
        #expect(reply.text == "hello")
        #expect(reply.header("x-word") == "a: b")
        #expect(reply.headers.count { $0.name == "X-Word" } == 2)
        #expect(reply.timings.totalMs > 0 && reply.timings.firstByteMs <= reply.timings.totalMs)
        #expect(reply.remoteAddress == "127.0.0.1")
        let received = try #require(server.requests.first)
        #expect(received.method == "POST" && received.target == "/things?a=1" && received.text == "payload")
        #expect(received.header("content-type") == "text/plain" && received.header("x-empty") == "")
        #expect(received.header("expect") == nil)
    }

    @Test(arguments: ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"])
    func `every method is sent as it is`(method: String) throws {
        let server = try HTTPServerDouble(script: [.reply(204)])
        var request = request(server)
        request.method = method
        #expect(try request.send().status == 204)
        #expect(server.requests.first?.method == method)
    }

    @Test func `bytes beyond the cap are counted and cut`() throws {
        let server = try HTTPServerDouble(script: [.reply(200, [], [UInt8](repeating: 65, count: 10_000))])
        var request = request(server)
        request.replyCapBytes = 100
        let reply = try request.send()
        #expect(reply.body.count == 100 && reply.bodyBytes == 10_000 && reply.droppedBytes == 9_900)
        request.overCap = .fail
        #expect(throws: TransferError(.replyTooLarge, "the reply is longer than 100 bytes")) { try request.send() }
    }

    @Test func `a sink takes the body up to its own cap`() throws {
        let server = try HTTPServerDouble(script: [.reply(200, [], [UInt8](repeating: 65, count: 10_000))])
        var pipes: [Int32] = [0, 0]
        #expect(pipe(&pipes) == 0)
        defer { pipes.forEach { close($0) } }
        var request = request(server)
        request.replyCapBytes = 10
        request.sinkDescriptor = pipes[1]
        request.sinkCapBytes = 4_000
        let reply = try request.send()
        #expect(reply.body.count == 10 && reply.droppedBytes == 6_000)
        var buffer = [UInt8](repeating: 0, count: 8_000)
        #expect(read(pipes[0], &buffer, buffer.count) == 4_000)
    }

    @Test func `a file is sent as the body and again on a dead connection`() throws {
        let path = "/tmp/assay-transfer-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let content = [UInt8](repeating: 66, count: 200_000)
        let file = fopen(path, "w")
        fwrite(content, 1, content.count, file)
        fclose(file)
        defer { unlink(path) }
        let server = try HTTPServerDouble(script: [.reply(200)])
        let session = HTTPSession()
        var request = request(server)
        request.method = "PUT"
        request.body = .file(path: path)
        #expect(try session.send(request).status == 200)
        server.cutConnections()
        #expect(try session.send(request).status == 200)
        #expect(server.requests.allSatisfy { $0.body == content })
        request.body = .file(path: path + ".absent")
        #expect(reason { try request.send() } == .invalidRequest)
    }

    @Test func `redirects are off unless asked for`() throws {
        let server = try HTTPServerDouble(script: [.reply(302, [("Location", "/next")])])
        #expect(try request(server).send().status == 302)
    }

    @Test func `a redirect becomes GET and keeps credentials at home`() throws {
        let other = try HTTPServerDouble(script: [.text(200, "there")])
        let otherURL = other.url
        let server = try HTTPServerDouble { request in
            switch request.path {
            case "/": .reply(303, [("Location", "/same")])
            default: .reply(307, [("Location", otherURL + "/away")])
            }
        }
        var request = request(server)
        request.method = "POST"
        request.body = .bytes([1])
        request.headers = [("Authorization", "Bearer x")]
        request.maximumRedirects = 3
        let reply = try request.send()
        #expect(reply.text == "there" && reply.url == otherURL + "/away")
        #expect(server.requests.map(\.method) == ["POST", "GET"])
        #expect(server.requests.last?.header("authorization") == "Bearer x")
        #expect(other.requests.first?.header("authorization") == nil)
    }

    @Test func `a redirect loop ends`() throws {
        let server = try HTTPServerDouble(script: [.reply(302, [("Location", "/")])])
        var request = request(server)
        request.maximumRedirects = 9
        #expect(reason { try request.send() } == .tooManyRedirects)
        #expect(server.requests.count == 4)
    }

    @Test func `a redirect to another protocol is refused`() throws {
        let server = try HTTPServerDouble(script: [.reply(302, [("Location", "file:///etc/passwd")])])
        var request = request(server)
        request.maximumRedirects = 1
        #expect(reason { try request.send() } == .invalidRequest)
    }

    @Test func `a private address is refused unless allowed`() throws {
        let server = try HTTPServerDouble(script: [.reply(200)])
        var request = HTTPRequest(url: server.url)
        #expect(reason { try request.send() } == .addressRefused)
        request.url = "http://[::ffff:127.0.0.1]:\(server.port)/"
        #expect(reason { try request.send() } == .addressRefused)
        request.url = "http://localhost:\(server.port)/"
        #expect(reason { try request.send() } == .addressRefused)
        #expect(server.requests.isEmpty)
        request.policy = .publicAnd([try #require(AddressRange("127.0.0.0/8"))])
        request.url = server.url
        #expect(try request.send().status == 200)
    }

    @Test func `a kept connection is not used under a stricter policy`() throws {
        let server = try HTTPServerDouble(script: [.reply(200)])
        let session = HTTPSession()
        var request = request(server)
        #expect(try session.send(request).status == 200)
        request.policy = .publicOnly
        #expect(reason { try session.send(request) } == .addressRefused)
    }

    @Test func `failures have names`() throws {
        let server = try HTTPServerDouble(script: [.silence])
        var request = request(server)
        request.totalTimeoutMs = 100
        #expect(reason { try request.send() } == .timedOut)
        request.url = "https://127.0.0.1:\(try HTTPServerDouble(script: [.raw(Array("no TLS here".utf8))]).port)/"
        #expect([.tlsFailed, .connectionRefused].contains(reason { try request.send() }))
        request.url = "http://name.invalid/"
        request.totalTimeoutMs = 10_000
        #expect(reason { try request.send() } == .dnsLookupFailed)
        request.url = "http://127.0.0.1:1/"
        #expect(reason { try request.send() } == .connectionRefused)
        request.url = try HTTPServerDouble(script: [.cut]).url
        #expect([.connectionLost, .connectionRefused].contains(reason { try request.send() }))
        let garbled = try HTTPServerDouble(script: [.raw(Array("SSH-2.0-what\r\n\r\n".utf8))])
        request.url = garbled.url
        #expect(reason { try request.send() } == .badReply)
        request.url = "ftp://127.0.0.1/"
        #expect(reason { try request.send() } == .invalidRequest)
        request.url = "http://exa mple/"
        #expect(reason { try request.send() } == .invalidRequest)
    }

    @Test func `line breaks cannot be smuggled into a request`() throws {
        let server = try HTTPServerDouble(script: [.reply(200)])
        var request = request(server)
        request.headers = [("X-A", "1\r\nX-B: 2")]
        #expect(reason { try request.send() } == .invalidRequest)
        request.headers = [("X A", "1")]
        #expect(reason { try request.send() } == .invalidRequest)
        request.headers = []
        request.method = "GET / HTTP/1.1\r\nX: y"
        #expect(reason { try request.send() } == .invalidRequest)
        #expect(server.requests.isEmpty)
    }

    @Test func `another thread ends an exchange at once`() throws {
        let server = try HTTPServerDouble(script: [.silence])
        let abort = AbortSwitch()
        startThread {
            _ = server.waitForRequests()
            abort.abort()
        }
        let start = Bell.nowMs()
        #expect(reason { try request(server).send(abort: abort) } == .aborted)
        #expect(Bell.nowMs() - start < 900)
        #expect(reason { try request(server).send(abort: abort) } == .aborted)
    }

    @Test func `a stream is handed over as it comes`() throws {
        let server = try HTTPServerDouble(script: [
            .stream([("Content-Type", "text/event-stream")]) { writer in
                writer.write("data: 1\n\n")
                writer.waitForClose()
            },
            .text(503, "busy"),
        ])
        var text = ""
        let session = HTTPSession()
        let failure = reason {
            try session.send(request(server)) { bytes in
                text += String(decoding: bytes, as: UTF8.self)
                return !text.hasSuffix("\n\n")
            }
        }
        #expect(failure == .aborted)
        #expect(text == "data: 1\n\n")
        let refused = try session.send(request(server)) { _ in true }
        #expect(refused.status == 503 && refused.text == "busy")
    }
}

func reason(_ body: () throws -> some Any) -> TransferError.Reason? {
    do {
        _ = try body()
        return nil
    } catch {
        return (error as? TransferError)?.reason
    }
}
