import Doubles
import Glibc
import Testing
import Transfer

/// A real TLS server with a certificate of its own, by the `openssl` program.
private final class TLSServer {
    let directory = "/tmp/assay-tls-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let port: Int
    private let process: UnsafeMutablePointer<FILE>

    var certificate: String { directory + "/cert.pem" }

    init() throws {
        mkdir(directory, 0o700)
        let make =
            "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout \(directory)/key.pem"
            + " -out \(directory)/cert.pem -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null"
        guard system(make) == 0 else { throw DoubleError.cannotListen(errno) }
        let serve =
            "echo $$ > \(directory)/pid; exec openssl s_server -accept 127.0.0.1:0 -www </dev/null 2>&1"
            + " -key \(directory)/key.pem -cert \(directory)/cert.pem"
        guard let process = popen(serve, "r") else { throw DoubleError.cannotListen(errno) }
        self.process = process
        var line = [CChar](repeating: 0, count: 512)
        var port = 0
        while port == 0, fgets(&line, 512, process) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("ACCEPT") {
                port = text.split(separator: ":").last.flatMap { Int($0.filter(\.isNumber)) } ?? 0
            }
        }
        self.port = port
    }

    deinit {
        // Not TERM: test threads block it, and children inherit that.
        _ = system("kill -9 $(cat \(directory)/pid); rm -r \(directory)")
        pclose(process)
    }
}

@Suite struct TLSTests {
    @Test func `a certificate is checked against the given authority`() throws {
        let server = try TLSServer()
        var request = HTTPRequest(url: "https://127.0.0.1:\(server.port)/", policy: .anyAddress)
        #expect(reason { try request.send() } == .tlsFailed)
        request.caFile = server.certificate
        let reply = try request.send()
        #expect(reply.status == 200 && reply.timings.tlsMs >= reply.timings.connectMs)
        request.url = "https://localhost:\(server.port)/"
        #expect(reason { try request.send() } == .tlsFailed)
        request.caFile = nil
        request.verifiesTLS = false
        #expect(try request.send().status == 200)
        request.caFile = "/absent.pem"
        request.verifiesTLS = true
        #expect(reason { try request.send() } == .tlsFailed)
        withExtendedLifetime(server) {}
    }
}
