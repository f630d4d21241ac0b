import Testing

@testable import Domain

@Suite struct PageTests {
    @Test func `one row more than asked for means that there is a next page`() {
        let full = Page([1, 2, 3], limit: 2) { "after \($0)" }
        #expect(full.items == [1, 2] && full.nextCursor == "after 2")
        let last = Page([1, 2], limit: 2) { "after \($0)" }
        #expect(last.items == [1, 2] && last.nextCursor == nil)
        #expect(Page([Int](), limit: 2) { "\($0)" }.nextCursor == nil)
        let texts = full.map { "#\($0)" }
        #expect(texts.items == ["#1", "#2"] && texts.nextCursor == "after 2")
    }

    @Test func `page sizes are bounded`() {
        #expect([nil, 0, -5, 1, 200, 201, Int.max].map(pageSize) == [50, 1, 1, 1, 200, 200, 200])
    }
}
