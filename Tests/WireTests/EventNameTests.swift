import Domain
import Glibc
import Testing
import Wire

/// One list of events: the pages and the documentation know what the engine tells.
@Suite struct EventNameTests {
    private func text(_ path: String) -> String {
        let root = String(#filePath.prefix(upTo: #filePath.firstRange(of: "/Tests/")?.lowerBound ?? #filePath.endIndex))
        guard let file = fopen("\(root)/\(path)", "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the pages subscribe to what is told, in the same order`() {
        let told = EventName.allCases.filter(\.isTold).map { "  \"\($0.rawValue)\"," }.joined(separator: "\n")
        #expect(text("web/js/event-names.js").contains("export const EVENT_NAMES = [\n\(told)\n];"))
    }

    @Test func `the documentation has a row for each, with every member`() {
        let rows = text("docs/api/events.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        for name in EventName.allCases where name.isTold {
            let row = rows.first { $0.contains("`\(name.rawValue)`") }
            for field in name.own { #expect(row?.contains(field.name) == true, "\(name.rawValue) \(field.name)") }
        }
        #expect(!rows.contains { $0.contains(EventName.membershipChanged.rawValue) })
    }

    @Test func `a body is held to its name`() throws {
        let body = try JSONParser.parse(#"{"agent":"01890a5d-ac96-774b-bcce-b302099a8057","name":"local"}"#)
        #expect(EventName.agentOnline.body.faults(in: body).isEmpty)
        #expect(EventName.agentOffline.wrongMembers(of: ["name": 7]).map(\.pointer) == ["/agent"])
        #expect(EventName.membershipChanged.body.faults(in: body).map(\.pointer) == ["/agent", "/name", "/userId"])
    }
}
