/// A place in a source text; both count from 1, columns in Unicode code points.
package struct Location: Hashable, Sendable {
    package let line: Int
    /// Nil at the end of a file, where no column is.
    package let column: Int?

    package init(line: Int, column: Int?) {
        self.line = line
        self.column = column
    }
}
