/// A cell of a row or a tag of a line, before it gets its number.
struct LineItem {
    let location: Location
    let text: String
}

extension SourceText {
    /// The cells of a row: what stands between its bars, `\n`, `\|` and `\\` read as they mean.
    func cells(of line: SourceLine) -> [LineItem] {
        var cells: [LineItem] = []
        // What is before the first bar and behind the last belongs to no cell.
        var cell: [UInt8]?
        var column = codePoints(line.start, line.contentStart)
        var firstColumn = 0
        var index = line.contentStart
        while index < line.contentEnd {
            let byte = bytes[index]
            index += 1
            if byte & 0xC0 != 0x80 { column += 1 }
            if byte == UInt8(ascii: "|") {
                if let cell { cells.append(item(cell, firstColumn, line)) }
                cell = []
                firstColumn = column + 1
            } else if byte == UInt8(ascii: "\\"), index < line.contentEnd {
                let escaped = bytes[index]
                index += 1
                column += 1
                switch escaped {
                case UInt8(ascii: "n"): cell?.append(UInt8(ascii: "\n"))
                case UInt8(ascii: "|"), UInt8(ascii: "\\"): cell?.append(escaped)
                default:
                    cell?.append(UInt8(ascii: "\\"))
                    cell?.append(escaped)
                }
            } else {
                cell?.append(byte)
            }
        }
        return cells
    }

    /// White space around a cell goes, but line feeds that were written as `\n` stay.
    private func item(_ cell: [UInt8], _ column: Int, _ line: SourceLine) -> LineItem {
        let cell = SourceText(bytes: cell)
        var first = 0
        var end = cell.bytes.count
        while first < end, cell.bytes[first] != UInt8(ascii: "\n") {
            let length = cell.spaceLength(at: first, before: end)
            guard length > 0 else { break }
            first += length
        }
        while end > first, cell.bytes[end - 1] != UInt8(ascii: "\n") {
            var start = end - 1
            while start > first, cell.bytes[start] & 0xC0 == 0x80 { start -= 1 }
            guard cell.spaceLength(at: start, before: end) == end - start else { break }
            end = start
        }
        let location = Location(line: line.number, column: column + cell.codePoints(0, first))
        return LineItem(location: location, text: cell.text(first, end))
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    /// The tags of a line, up to a comment behind white space.
    func tags(of line: SourceLine) throws(ParseError) -> [LineItem] {
        let end = tagsEnd(line)
        var tags: [LineItem] = []
        var column = column(of: line)
        var start = line.contentStart
        while start < end {
            var stop = start + 1
            while stop < end, bytes[stop] != UInt8(ascii: "@") { stop += 1 }
            // An @ alone names nothing and, as in Cucumber, takes no column.
            let last = trimmingSpace(from: start + 1, to: stop)
            if last > start + 1 {
                let location = Location(line: line.number, column: column)
                if (start + 1..<last).contains(where: { spaceLength(at: $0, before: last) > 0 }) {
                    throw ParseError(location, "A tag may not contain whitespace")
                }
                tags.append(LineItem(location: location, text: text(start, last)))
                column += codePoints(start, stop)
            }
            start = stop
        }
        return tags
    }

    private func tagsEnd(_ line: SourceLine) -> Int {
        var index = line.contentStart
        while index < line.contentEnd {
            let length = spaceLength(at: index, before: line.contentEnd)
            if length > 0, index + length < line.contentEnd, bytes[index + length] == UInt8(ascii: "#") { return index }
            index += max(length, 1)
        }
        return line.contentEnd
    }
}
