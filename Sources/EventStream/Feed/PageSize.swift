/// How many feed rows the next page takes, so that a page stays near a number of bytes whatever the events are like.
struct PageSize: Sendable {
    static let mostRows = 500
    private static let wantedBytes = 256 << 10
    /// Rows of the next page.
    private(set) var rows: Int

    init(rows: Int = 64) { self.rows = min(max(1, rows), PageSize.mostRows) }

    /// Learns from a page that was full: halves after a heavy one, doubles after a light one.
    mutating func learn(bytes: Int) {
        if bytes > PageSize.wantedBytes {
            rows = max(1, rows / 2)
        } else if bytes < PageSize.wantedBytes / 4 {
            rows = min(PageSize.mostRows, rows * 2)
        }
    }
}
