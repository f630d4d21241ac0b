import FastCGI
import Testing

@Suite struct HandOverTests {
    @Test func `a stream outlives its worker and ends when told`() throws {
        let hub = try StreamHub()
        let loop = ServingThread { hub.run() }
        let running = try RunningServer(threads: 1) { request in
            request.path == "/stream"
                ? .stream(
                    .events { handle in
                        let id = hub.add(handle) { _, _ in }
                        hub.send(Array("data: first\n\n".utf8), to: id)
                    })
                : .response(Response(status: 200, body: Array("plain".utf8)))
        }
        let clients = try (1...20).map { id in
            let client = try running.connect()
            client.write(Records.get("/stream", id: UInt16(id)))
            return client
        }
        for client in clients {
            let head = client.output(until: "data: first")
            #expect(head.hasPrefix("Status: 200 OK\r\nContent-Type: text/event-stream\r\n"))
            #expect(!head.contains("Content-Length"))
            #expect(head.contains("\r\n\r\nretry: 1000\n\n"))
        }
        // The only worker is free again while twenty streams are open.
        #expect(try running.exchange([("DOCUMENT_URI", "/")])?.hasSuffix("plain") == true)
        #expect(hub.count == 20)
        hub.drain(final: Array("event: bye\n\n".utf8))
        for client in clients { #expect(client.answer() == "event: bye\n\n") }
        loop?.join()
        #expect(hub.count == 0)
    }

    @Test func `a parked answer is written whole by its new owner`() throws {
        let hub = try StreamHub()
        let loop = ServingThread { hub.run() }
        let running = try RunningServer(threads: 1) { _ in
            .stream(
                StreamStart(headers: nil) { handle in
                    let id = hub.add(handle, hasHeartbeat: false) { _, _ in }
                    hub.close(id, final: Response(status: 404, body: Array("no".utf8)).cgiBytes())
                })
        }
        let answer = try running.exchange([("DOCUMENT_URI", "/")])
        #expect(answer == "Status: 404 Not Found\r\nContent-Length: 2\r\n\r\nno")
        hub.drain()
        loop?.join()
    }

    @Test func `HEAD of a stream is only its head`() throws {
        let running = try RunningServer { _ in .stream(.events { _ in Issue.record("not adopted") }) }
        let answer = try #require(try running.exchange([("REQUEST_METHOD", "HEAD"), ("DOCUMENT_URI", "/")]))
        #expect(answer.hasSuffix("X-Accel-Buffering: no\r\n\r\n"))
    }

    @Test func `a handle nobody keeps closes its connection`() throws {
        let running = try RunningServer { _ in .stream(.events { _ in }) }
        let client = try running.connect()
        client.write(Records.get("/"))
        #expect(client.answer() == nil)
    }
}
