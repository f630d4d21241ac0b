import Testing
import Wire

@testable import AgentRuntime

@Suite struct PrintedOutputTests {
    /// What chunks show, one string for each stream, and where they begin.
    private func shown(_ chunks: [OutputChunk], _ stream: OutputStream = .stdout) -> String {
        chunks.flatMap(\.pieces).filter { $0.stream == stream }.map(\.text).joined()
    }

    private func printing(_ text: String, _ output: inout PrintedOutput, on stream: OutputStream = .stdout) {
        _ = output.take(Array(text.utf8), on: stream, atMs: 0)
    }

    @Test func `a step that ends before it was due is not sent and still counts`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        printing("quick\n", &output)
        output.endStep()
        #expect(output.request(isDue: true).isEmpty)
        output.begin(2, atMs: 0)
        printing("slow\n", &output)
        #expect(output.request(isDue: true).map(\.at) == [6])
    }

    @Test func `once a part was sent the rest goes with the result`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        printing("one ", &output)
        #expect(output.request(isDue: false).isEmpty)
        #expect(shown(output.request(isDue: true)) == "one ")
        output.settle()
        printing("two", &output)
        output.endStep()
        output.begin(2, atMs: 0)
        printing("not yet", &output)
        let rest = output.request(isDue: false)
        #expect(rest == [OutputChunk(step: 1, at: 4, pieces: [.init(stream: .stdout, text: "two", bytes: 3)])])
    }

    @Test func `a request that is repeated has the same chunks and new ones beside them`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        printing("one ", &output)
        let first = output.request(isDue: true)
        printing("two", &output)
        let again = output.request(isDue: true)
        #expect(again.first == first.first)
        #expect(again.map(\.at) == [0, 4])
        output.settle()
        #expect(output.request(isDue: true).isEmpty)
    }

    @Test func `streams keep their order`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        printing("a", &output)
        printing("b", &output, on: .stderr)
        printing("c", &output)
        let chunks = output.request(isDue: true)
        #expect(chunks.count == 1)
        #expect(chunks[0].pieces.map(\.text) == ["a", "b", "c"])
        #expect(chunks[0].bytes == 3)
    }

    @Test func `a character that is read in two parts is shown whole`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        let bytes = Array("é€😀".utf8)
        for byte in bytes { _ = output.take([byte], on: .stdout, atMs: 0) }
        _ = output.take([0xE2], on: .stdout, atMs: 0)
        #expect(shown(output.request(isDue: true)) == "é€😀")
        output.settle()
        output.endStep()
        // What never became a character is counted and shown as the sign for that.
        let rest = output.request(isDue: true)
        #expect(rest == [OutputChunk(step: 1, at: 9, pieces: [.init(stream: .stdout, text: "\u{FFFD}", bytes: 1)])])
    }

    @Test func `what waits is bounded and its newest end is kept`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        printing("begin", &output)
        for _ in 0..<100 { printing(String(repeating: "x", count: 8_192), &output) }
        printing("end", &output)
        let chunks = output.request(isDue: true)
        let total = Int64(5 + 100 * 8_192 + 3)
        #expect(chunks.last.map { $0.at + $0.bytes } == total)
        #expect(chunks.reduce(0) { $0 + $1.bytes } <= Int64(PrintedOutput.waitingBytes))
        #expect(shown(chunks).hasSuffix("xend"))
        #expect(chunks.first.map { $0.at > 0 } == true)
    }

    @Test func `many short lines on two streams are bounded too`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        for number in 0..<20_000 { printing("\(number % 10)", &output, on: number % 2 == 0 ? .stdout : .stderr) }
        let chunks = output.request(isDue: true)
        #expect(chunks.flatMap(\.pieces).count <= PrintedOutput.waitingBytes / PrintedOutput.partCost)
        #expect(chunks.last.map { $0.at + $0.bytes } == 20_000)
    }

    @Test func `a step is truncated once and the next begins where it really ended`() {
        var output = PrintedOutput()
        output.begin(1, atMs: 0)
        let block = String(repeating: "y", count: 65_536)
        var chunks: [OutputChunk] = []
        for _ in 0..<100 {
            printing(block, &output)
            chunks += output.request(isDue: true)
            output.settle()
        }
        #expect(chunks.reduce(0) { $0 + $1.bytes } == Int64(PrintedOutput.stepBytes))
        #expect(chunks.filter { $0.truncated == true }.count == 1)
        output.endStep()
        output.begin(2, atMs: 0)
        printing("next", &output)
        #expect(output.request(isDue: true).map(\.at) == [Int64(100 * 65_536)])
    }
}
