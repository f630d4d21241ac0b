import Daemon
import Logging
import Synchronization
import Testing

@Suite struct LogTests {
    private final class Lines: Sendable {
        private let lines = Mutex<[String]>([])

        func append(_ bytes: [UInt8]) { lines.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) } }

        /// The lines without their stamps.
        var all: [String] { lines.withLock { $0.map { String($0.drop { $0 != "," }) } } }

        var raw: [String] { lines.withLock { $0 } }
    }

    private let lines = Lines()

    private func log(_ level: LogLevel = .debug) -> Log {
        let lines = lines
        return Log(role: "api", level: level) { lines.append($0) }
    }

    @Test func `an event is one line with its fields by name`() {
        log().info(
            "request.served",
            ["status": 200, "path": "/x", "slow": false, "ms": 1.5, "n": .count(3), "error": .fault(Fault())])
        #expect(
            lines.all == [
                #","level":"info","event":"request.served","role":"api","error":"Fault()","ms":1.5,"n":3,"path":"/x","#
                    + #""slow":false,"status":200}"# + "\n"
            ])
    }

    private struct Fault: Error {}

    @Test func `the stamp is RFC 3339 with milliseconds`() throws {
        log().error("now")
        let line = try #require(lines.raw.first)
        #expect(line.contains(/^\{"ts":"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d\.\d{3}Z",/))
    }

    @Test func `odd text stays inside its quotes`() {
        log().warning("odd", ["text": .text("a\"b\\c\nd\u{0}\u{1f}\u{7f}é🙂"), "name\"": "x", "nan": .number(.nan)])
        #expect(
            lines.all == [
                #","level":"warning","event":"odd","role":"api","name\"":"x","nan":"nan","#
                    + #""text":"a\"b\\c\nd\u0000\u001f\u007fé🙂"}"# + "\n"
            ])
    }

    @Test func `long text is cut`() throws {
        log().info("long", ["text": .text(String(repeating: "x", count: 100_000))])
        #expect(try #require(lines.raw.first).utf8.count < 9000)
    }

    @Test func `a level silences what is below it`() {
        let log = log(.warning)
        log.debug("a")
        log.info("b")
        log.warning("c")
        log.error("d")
        #expect(lines.all.count == 2)
        self.log(.debug).debug("e")
        self.log(.info).info("f")
        self.log(.error).warning("g")
        #expect(lines.all.count == 4)
    }

    @Test func `a log carries its context, which cannot forge the fixed fields`() {
        log().with(["executionId": "e1", "level": "none"]).info("a", ["attempt": 2])
        #expect(lines.all == [#","level":"info","event":"a","role":"api","attempt":2,"executionId":"e1"}"# + "\n"])
    }

    @Test func `libraries log through the same lines`() {
        var logger = log().logger
        logger[metadataKey: "a"] = "b"
        #expect(logger[metadataKey: "a"] == "b")
        logger.notice("something happened", metadata: ["list": ["x", "y"]])
        #expect(
            lines.all == [
                #","level":"notice","event":"something happened","role":"api","a":"b","list":"[\"x\", \"y\"]"}"# + "\n"
            ])
    }

    @Test func `standard error takes lines`() {
        Log.writeToStandardError([])
        Log(role: "test", level: .error).info("not.written")
    }
}
