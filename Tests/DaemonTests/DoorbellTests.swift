import Daemon
import Glibc
import Testing

@Suite struct DoorbellTests {
    private let directory: Directory

    init() throws { directory = try Directory() }

    @Test func `everyone of a kind hears the bell, and nobody else`() throws {
        let first = try DoorbellReceiver(directory: directory.path, kind: .events)
        let second = try DoorbellReceiver(directory: directory.path, kind: .events)
        let scheduler = try DoorbellReceiver(directory: directory.path, kind: .engine)
        Doorbell(directory: directory.path).ring(.events)
        #expect(first.wait(timeoutMs: 5000))
        #expect(second.wait(timeoutMs: 5000))
        #expect(!scheduler.wait(timeoutMs: 0))
    }

    @Test func `many rings are one`() throws {
        let receiver = try DoorbellReceiver(directory: directory.path, kind: .events)
        let doorbell = Doorbell(directory: directory.path)
        for _ in 0..<10_000 { doorbell.ring(.events) }
        #expect(receiver.wait(timeoutMs: 5000))
        #expect(!receiver.wait(timeoutMs: 0))
    }

    @Test func `the socket of a dead process is removed`() throws {
        let receiver = try DoorbellReceiver(directory: directory.path, kind: .events)
        let name = try #require(directory.names.first)
        #expect(name == "events.\(getpid()).\(receiver.descriptor)")
        // A bound socket whose owner has closed it without unlinking.
        let dead = directory.path + "/events.1.1"
        #expect(rename(directory.path + "/" + name, dead) == 0)
        let null = open("/dev/null", O_RDONLY)
        dup2(null, receiver.descriptor)
        close(null)
        Doorbell(directory: directory.path).ring(.events)
        #expect(directory.names.isEmpty)
    }

    @Test func `the socket goes with its receiver`() throws {
        do {
            let receiver = try DoorbellReceiver(directory: directory.path, kind: .engine)
            #expect(!receiver.wait(timeoutMs: 0))
            #expect(directory.names.count == 1)
        }
        #expect(directory.names.isEmpty)
        Doorbell(directory: directory.path).ring(.engine)
        Doorbell(directory: directory.path + "/none").ring(.engine)
    }

    @Test func `a directory that cannot be used is an error`() {
        let missing = #expect(throws: DoorbellError.self) {
            try DoorbellReceiver(directory: directory.path + "/none", kind: .events)
        }
        #expect(missing?.code == ENOENT)
        #expect(missing?.description.contains("No such file") == true)
        let long = String(repeating: "x", count: 200)
        #expect(throws: DoorbellError.self) { try DoorbellReceiver(directory: "/" + long, kind: .events) }
    }
}

/// A directory for one test.
final class Directory {
    let path: String

    init() throws {
        var template = Array("/tmp/assay-bells-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
    }

    var names: [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
