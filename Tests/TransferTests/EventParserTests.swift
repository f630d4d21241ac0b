import Testing
import Transfer

@Suite struct EventParserTests {
    @Test func `events are read however the stream is cut`() {
        let text = ": hi\r\n\r\nid: 7.1\nevent: offer\ndata: {\ndata: }\n\ndata:x\n\nevent: empty\n\nretry: 5\n\n"
        for chunk in [1, 2, 5, 500] {
            var parser = EventParser()
            var events: [ServerEvent] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                events += parser.feed(bytes[start..<min(start + chunk, bytes.count)])
            }
            #expect(
                events == [
                    ServerEvent(id: "7.1", name: "offer", data: "{\n}"),
                    ServerEvent(id: nil, name: "message", data: "x"),
                ])
        }
    }
}
