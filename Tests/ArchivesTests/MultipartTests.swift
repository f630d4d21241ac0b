import FoundationEssentials
import Testing

@testable import Archives

/// Forms as browsers and curl send them.
@Suite struct MultipartTests {
    private static let form = """
        --xyz\r
        Content-Disposition: form-data; name="note"\r
        \r
        no file\r
        --xyz\r
        Content-Disposition: form-data; name="b"; filename="b \\"two\\".xml"\r
        Content-Type: application/xml\r
        \r
        <two>--xy\r
        </two>\r
        --xyz\r
        content-disposition: form-data; name="a"; filename="a.xml"\r
        \r
        \r
        --xyz--\r

        """

    private func files(
        _ form: String, boundary: String = "xyz", limits: ArchiveLimits = ArchiveLimits()
    ) throws -> [[String]] {
        let path = FileManager.default.temporaryDirectory.appending(path: "form-\(UUID().uuidString)").path()
        try Data(form.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        var found: [[String]] = []
        try Multipart.readFiles(path: path, boundary: boundary, limits: limits) { name, read in
            var bytes: [UInt8] = []
            try read { bytes.append(contentsOf: $0) }
            found.append([name, String(decoding: bytes, as: UTF8.self)])
        }
        return found
    }

    @Test func filesComeByNameAndFieldsAreLeftOut() throws {
        #expect(try files(Self.form) == [["a.xml", ""], ["b \"two\".xml", "<two>--xy\r\n</two>"]])
    }

    @Test func whatDoesNotEndAsItSaysIsDamaged() {
        for (form, boundary) in [("", "xyz"), ("nothing", "xyz"), (Self.form, ""), (Self.form, "other")] {
            #expect(throws: ArchiveError.damaged("has no parts")) { try files(form, boundary: boundary) }
        }
        for cut in [10, 60, 200, Self.form.utf8.count - 12] {
            #expect(throws: ArchiveError.damaged("ends too early")) {
                try files(String(decoding: Self.form.utf8.prefix(cut), as: UTF8.self))
            }
        }
    }

    @Test func partsHaveALimit() {
        var limits = ArchiveLimits()
        limits.members = 1
        #expect(throws: ArchiveError.tooMuch("holds too many parts")) { try files(Self.form, limits: limits) }
    }

    @Test func aFileThatIsNotThereIsAnError() {
        #expect(throws: ArchiveError.self) {
            try Multipart.readFiles(path: "/nonexistent", boundary: "xyz") { _, _ in }
        }
    }
}
