/// A place in the feed: everything up to event `seq` of row `position` has been seen.
package struct FeedCursor: Hashable, Comparable, Sendable {
    /// Feed position.
    package let position: Int64
    /// Sequence number inside that row's stream; `Int.max` when the whole row has been seen.
    package let seq: Int

    /// Behind the whole row `position`.
    package init(behind position: Int64) {
        self.position = position
        seq = .max
    }

    package init(position: Int64, seq: Int) {
        self.position = position
        self.seq = seq
    }

    /// Reads `pos.seq` (an SSE id) or `pos` (the `Assay-Feed` header); nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let position = number(first).map({ Int64($0) }) else { return nil }
        guard parts.count == 2 else {
            self.init(behind: position)
            return
        }
        guard let seq = number(parts[1]) else { return nil }
        self.init(position: position, seq: seq)
    }

    package static func < (left: FeedCursor, right: FeedCursor) -> Bool {
        (left.position, left.seq) < (right.position, right.seq)
    }
}

private func number(_ text: Substring) -> Int? {
    guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    return Int(text)
}
