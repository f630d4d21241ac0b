import FastCGI
import Testing

@Suite struct ResponseTests {
    private func text(_ response: Response) -> String { String(decoding: response.cgiBytes(), as: UTF8.self) }

    @Test func `a header cannot end its line`() {
        let answer = text(Response(status: 201, headers: [("X-A", "1\r\nX-B: 2"), ("X\r\nC", "3"), ("", "4")]))
        #expect(answer == "Status: 201 Created\r\nX-A: 1  X-B: 2\r\nContent-Length: 0\r\n\r\n")
    }

    @Test func `a status that is none becomes 500`() {
        #expect(text(Response(status: 7)).hasPrefix("Status: 500 Internal Server Error\r\n"))
        #expect(text(Response(status: 418)).hasPrefix("Status: 418 Status 418\r\n"))
    }

    @Test(arguments: [204, 304])
    func `some statuses never have a body`(status: Int) {
        let answer = text(Response(status: status, body: [65]))
        #expect(!answer.contains("Content-Length"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func `a given length is kept`() {
        let answer = text(Response(status: 200, headers: [("content-length", "5")], body: [65]))
        #expect(answer == "Status: 200 OK\r\ncontent-length: 5\r\n\r\nA")
    }

    @Test(arguments: [
        200, 202, 206, 207, 301, 302, 303, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503,
    ])
    func `known statuses have words`(status: Int) {
        #expect(!text(Response(status: status)).contains("Status \(status)\r"))
    }

    @Test func `headers of a response are found in any case`() {
        #expect(Response(status: 200, headers: [("ETag", "x")]).header("etag") == "x")
    }
}
