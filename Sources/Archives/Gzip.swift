enum Gzip {
    /// Unpacks all of it into a file without a name.
    static func spool(_ file: FileBytes, folder: String, _ budget: ArchiveBudget) throws -> FileBytes {
        let plain = try FileBytes(spoolIn: folder)
        let inflater = try Inflater(.gzip)
        var offset: Int64 = 0
        while offset < file.size {
            let piece = try file.bytes(at: offset, count: Int(min(file.size - offset, Int64(FileBytes.pieceBytes))))
            offset += Int64(piece.count)
            try inflater.take(piece) { bytes in
                try budget.spend(Int64(bytes.count))
                try plain.append(bytes)
            }
        }
        guard inflater.isEnded else { throw ArchiveError.damaged("ends too early") }
        return plain
    }

    /// The name in the header; empty when there is none.
    static func name(_ head: [UInt8]) -> String {
        guard head.count > 10, head[3] & 0x08 != 0 else { return "" }
        var start = 10
        if head[3] & 0x04 != 0 {
            guard head.count > 12 else { return "" }
            start += 2 + Int(head[10]) + Int(head[11]) << 8
        }
        guard start < head.count else { return "" }
        return String(decoding: head[start...].prefix { $0 != 0 }, as: UTF8.self)
    }
}
