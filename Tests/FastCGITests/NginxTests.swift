import FastCGI
import Glibc
import Synchronization
import Testing

/// The driver behind the real web server: what the records alone cannot show.
@Suite(.enabled(if: Glibc.access("/usr/sbin/nginx", X_OK) == 0)) struct NginxTests {
    @Test func `a body refused unread reaches the client as 413`() throws {
        let front = try Nginx(limits: RequestLimits(maximumBodyBytes: 1000)) { _ in .response(Response(status: 200)) }
        let answer = try front.exchange(
            "POST / HTTP/1.0\r\nContent-Length: 2000000\r\n\r\n" + String(repeating: "x", count: 2_000_000))
        #expect(answer.hasPrefix("HTTP/1.1 413 Content Too Large\r\n"))
    }

    @Test func `paths and queries arrive as the client meant them`() throws {
        let front = try Nginx { request in
            .response(
                Response(
                    status: 200, body: Array("\(request.path)|\(request.query("q") ?? "-")|\(request.body.count)".utf8))
            )
        }
        #expect(
            try front.exchange("GET /a%20b/100%25/caf%C3%A9?q=x%26y HTTP/1.0\r\n\r\n").hasSuffix("/a b/100%/café|x&y|0")
        )
        #expect(try front.exchange("PUT /x/../y HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc").hasSuffix("/y|-|3"))
        #expect(try front.exchange("GET /%ff HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
        #expect(try front.exchange("HEAD / HTTP/1.0\r\n\r\n").hasSuffix("\r\n\r\n"))
    }

    @Test func `events arrive one by one and a client that leaves is noticed at once`() throws {
        let hub = try StreamHub()
        let loop = ServingThread { hub.run() }
        let opened = Gate()
        let left = Gate()
        let stream = Mutex<StreamID?>(nil)
        let keep: @Sendable (StreamHandle) -> Void = { handle in
            let id = hub.add(handle) { _, _ in left.open() }
            stream.withLock { $0 = id }
            opened.open()
        }
        let front = try Nginx { _ in .stream(.events(adopt: keep)) }
        do {
            let browser = try front.connect()
            browser.write(Array("GET /events HTTP/1.0\r\n\r\n".utf8))
            opened.wait()
            let id = try #require(stream.withLock { $0 })
            var seen = ""
            for number in 1...3 {
                hub.send(Array("data: \(number)\n\n".utf8), to: id)
                while !seen.contains("data: \(number)\n\n") {
                    let more = browser.read(1)
                    guard !more.isEmpty else { break }
                    seen += String(decoding: more, as: UTF8.self)
                }
            }
            #expect(seen.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(seen.hasSuffix("retry: 1000\n\ndata: 1\n\ndata: 2\n\ndata: 3\n\n"))
        }
        left.wait()
        #expect(hub.count == 0)
        hub.drain()
        loop?.join()
    }
}

/// A private nginx in front of a running server, on a unix socket of its own.
private final class Nginx: Sendable {
    private let running: RunningServer
    private let directory: String
    private let process: pid_t

    init(limits: RequestLimits = RequestLimits(), handler: @escaping @Sendable (Request) -> Reply) throws {
        running = try RunningServer(limits: limits, handler: handler)
        directory = "/tmp/assay-nginx-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        mkdir(directory, 0o700)
        let configuration = """
            daemon off; master_process off; pid \(directory)/pid; error_log \(directory)/error.log;
            events {}
            http {
              access_log off; client_body_temp_path \(directory)/body; fastcgi_temp_path \(directory)/fastcgi;
              proxy_temp_path \(directory)/proxy; uwsgi_temp_path \(directory)/uwsgi; scgi_temp_path \(directory)/scgi;
              client_max_body_size 16m;
              server {
                listen unix:\(directory)/http;
                location / {
                  fastcgi_param REQUEST_METHOD $request_method; fastcgi_param QUERY_STRING $query_string;
                  fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length;
                  fastcgi_param DOCUMENT_URI $document_uri; fastcgi_param REQUEST_URI $request_uri;
                  fastcgi_buffering off; fastcgi_pass unix:\(running.listener.path);
                }
              }
            }
            """
        let file = open(directory + "/nginx.conf", O_CREAT | O_WRONLY, 0o600)
        _ = write(file, configuration, configuration.utf8.count)
        close(file)
        var process = pid_t()
        let words = ["nginx", "-c", directory + "/nginx.conf", "-e", directory + "/error.log"]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        var environment: [UnsafeMutablePointer<CChar>?] = [nil]
        let status = posix_spawn(&process, "/usr/sbin/nginx", nil, nil, &arguments, &environment)
        for argument in arguments { free(argument) }
        guard status == 0 else { throw SocketFailure(call: "posix_spawn", code: status) }
        self.process = process
        // Ready when it listens; 5 s at most.
        for _ in 0..<500 where access(directory + "/pid", R_OK) != 0 { usleep(10_000) }
    }

    deinit {
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
        for name in ["http", "pid", "error.log", "nginx.conf"] { unlink(directory + "/" + name) }
        for name in ["body", "fastcgi", "proxy", "uwsgi", "scgi"] { rmdir(directory + "/" + name) }
        rmdir(directory)
    }

    func connect() throws -> Connection { try Connection(path: directory + "/http") }

    /// One request and its whole answer.
    func exchange(_ request: String) throws -> String {
        let connection = try connect()
        connection.write(Array(request.utf8))
        return String(decoding: connection.read(.max), as: UTF8.self)
    }
}
