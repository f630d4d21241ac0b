import FoundationEssentials
import Fuzzing
import Testing

@testable import Archives

/// Files made by Python's `zipfile`, `tarfile` and `gzip`, beside.
@Suite struct ArchivesTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Samples")

    private func members(_ name: String, limits: ArchiveLimits = ArchiveLimits()) throws -> [(String, Int)] {
        try members(at: Self.folder.appending(path: name).path(), limits: limits)
    }

    private func members(at path: String, limits: ArchiveLimits = ArchiveLimits()) throws -> [(String, Int)] {
        var found: [(String, Int)] = []
        try Archives.readMembers(path: path, spool: FileManager.default.temporaryDirectory.path(), limits: limits) {
            name, read in
            var bytes: [UInt8] = []
            try read { bytes.append(contentsOf: $0) }
            found.append((name, bytes.count))
            if name.hasSuffix("b.xml") { #expect(String(decoding: bytes, as: UTF8.self) == "<testsuite name='b'/>") }
        }
        return found
    }

    private func copy(_ name: String, _ change: (inout [UInt8]) -> Void) throws -> String {
        var bytes = try Array(Data(contentsOf: Self.folder.appending(path: name)))
        change(&bytes)
        let path = FileManager.default.temporaryDirectory.appending(path: "archives-\(UUID().uuidString)")
        try Data(bytes).write(to: path)
        return path.path()
    }

    @Test(arguments: ["files.zip", "gnu.tar", "pax.tar", "files.tar.gz"])
    func membersComeByName(_ name: String) throws {
        let found = try members(name)
        let long = "deep/" + String(repeating: "n", count: 150) + ".txt"
        #expect(found.map(\.0) == ["../up.xml", "a.txt", "b.xml", long, "empty.txt"])
        #expect(found.map(\.1) == [9, 20_000, 21, 4, 0])
    }

    @Test func aGzipWithoutTarIsOneMember() throws {
        #expect(try members("one.xml.gz").map(\.0) == ["one.xml"])
        #expect(try members("one.xml.gz").map(\.1) == [42])
    }

    @Test(arguments: ["files.zip", "gnu.tar", "pax.tar", "files.tar.gz"])
    func membersHaveALimit(_ name: String) {
        var limits = ArchiveLimits()
        limits.members = 3
        #expect(throws: ArchiveError.tooMuch("has more than 3 members")) { try members(name, limits: limits) }
    }

    @Test(arguments: ["files.zip", "gnu.tar", "files.tar.gz", "bomb.zip", "bomb.gz"])
    func whatIsUnpackedHasALimit(_ name: String) {
        var limits = ArchiveLimits()
        if !name.hasPrefix("bomb") { limits.totalBytes = 10_000 }
        #expect(throws: ArchiveError.tooMuch("holds more than it may when it is unpacked")) {
            try members(name, limits: limits)
        }
    }

    @Test func aDamagedMemberLeavesTheOthers() throws {
        let path = try copy("stored.zip") { bytes in
            if let at = bytes.indices.first(where: { bytes[$0...].starts(with: "xxxx".utf8) }) {
                bytes[at] = UInt8(ascii: "y")
            }
        }
        var damaged: [String] = []
        var whole: [String] = []
        try Archives.readMembers(path: path, spool: FileManager.default.temporaryDirectory.path()) { name, read in
            do {
                try read { _ in }
                whole.append(name)
            } catch ArchiveError.damaged { damaged.append(name) }
        }
        #expect(damaged.count == 1)
        #expect(whole.count == 1)
    }

    @Test func whatIsEncryptedSaysSo() throws {
        #expect(throws: ArchiveError.encrypted("b.xml")) { try members("encrypted.zip") }
    }

    @Test func somethingElseIsNoArchive() throws {
        let path = try copy("one.xml.gz") { $0 = Array("<testsuite/>".utf8) }
        #expect(throws: ArchiveError.unreadable("neither zip nor tar nor gzip")) { try members(at: path) }
        #expect(throws: ArchiveError.self) { try members(at: "/nowhere") }
    }

    /// An error or an answer, never a trap.
    @Test(arguments: ["files.zip", "stored.zip", "gnu.tar", "pax.tar", "files.tar.gz", "one.xml.gz", "encrypted.zip"])
    func damageIsAnError(_ name: String) throws {
        let seconds = ProcessInfo.processInfo.environment["FUZZ_SECONDS"].flatMap { Int($0) }
        for seed in FuzzRounds(60, seconds: seconds) {
            var mutator = Mutator(seed: seed)
            let path = try copy(name) { $0 = mutator.mutate($0) }
            defer { try? FileManager.default.removeItem(atPath: path) }
            do {
                try Archives.readMembers(path: path, spool: FileManager.default.temporaryDirectory.path()) { _, read in
                    try read { _ in }
                }
            } catch {
                #expect(error is ArchiveError, "seed \(seed)")
            }
        }
    }
}
