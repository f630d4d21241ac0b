import Domain
import Wire

/// What an attempt printed and the server does not have yet: a value, changed in order by what happens.
struct PrintedOutput {
    /// Of one step; what it prints beyond is in its result.
    static let stepBytes = 4 << 20
    /// What may wait to be sent, with `partCost` for each part.
    static let waitingBytes = 256 << 10
    static let partCost = 64

    struct Part {
        let step: Int
        let at: Int64
        let stream: OutputStream
        var bytes: [UInt8]
        var isTruncation = false
        /// The request it was first part of; nil before. A repeated request has the same chunks.
        var request: Int?

        var end: Int64 { at + Int64(bytes.count) }
        var cost: Int { bytes.count + PrintedOutput.partCost }
    }

    private var parts: [Part] = []
    private var waitingBytes = 0
    /// All bytes shown by the attempt up to now.
    private var printed: Int64 = 0
    private var step = 0
    private var keptOfStep = 0
    /// Something of the running step was sent.
    private var isLive = false
    private var isTruncated = false
    private var held: [OutputStream: [UInt8]] = [:]
    private var requests = 0
    /// When the oldest bytes of the running step that were in no request yet were printed.
    private(set) var newsAtMs: Int64?
    /// Of the running step; nil between steps.
    private(set) var beganAtMs: Int64?

    var isUnderWay: Bool { parts.contains { $0.request != nil } }

    mutating func begin(_ step: Int, atMs now: Int64) {
        (self.step, beganAtMs) = (step, now)
        (keptOfStep, isLive, isTruncated, newsAtMs) = (0, false, false, nil)
    }

    /// True when there was no news of the running step before.
    mutating func take(_ bytes: [UInt8], on stream: OutputStream, atMs now: Int64) -> Bool {
        guard !isTruncated else {
            printed += Int64(bytes.count)
            return false
        }
        // Whole characters; the beginning of one waits for its rest.
        let all = held[stream].map { $0 + bytes } ?? bytes
        let open = all.openCharacterBytes
        held[stream] = open > 0 ? Array(all.suffix(open)) : nil
        add(Array(all.dropLast(open)), on: stream)
        guard newsAtMs == nil, !parts.isEmpty else { return false }
        newsAtMs = now
        return true
    }

    /// What was never sent is forgotten; what is left of a step that was goes with its result.
    mutating func endStep() {
        for stream in OutputStream.allCases {
            guard let rest = held.removeValue(forKey: stream) else { continue }
            if isTruncated { printed += Int64(rest.count) } else { add(rest, on: stream) }
        }
        if !isLive {
            for part in parts where part.step == step && part.request == nil { waitingBytes -= part.cost }
            parts.removeAll { $0.step == step && $0.request == nil }
        }
        (beganAtMs, newsAtMs) = (nil, nil)
    }

    /// The chunks of the next request: all that waits, of the running step only when `isDue` or when it was sent before.
    mutating func request(isDue: Bool) -> [OutputChunk] {
        requests += 1
        let takesRunning = isDue || isLive
        for index in parts.indices where parts[index].request == nil {
            guard takesRunning || parts[index].step != step else { continue }
            parts[index].request = requests
            waitingBytes -= parts[index].cost
            if parts[index].step == step { (isLive, newsAtMs) = (true, nil) }
        }
        return chunks(parts.filter { $0.request != nil })
    }

    /// The server has, or does not want, what was requested.
    mutating func settle() { parts.removeAll { $0.request != nil } }

    private mutating func add(_ bytes: [UInt8], on stream: OutputStream) {
        guard !bytes.isEmpty else { return }
        defer { printed += Int64(bytes.count) }
        guard keptOfStep + bytes.count <= Self.stepBytes else {
            isTruncated = true
            parts.append(Part(step: step, at: printed, stream: stream, bytes: [], isTruncation: true))
            waitingBytes += Self.partCost
            return
        }
        keptOfStep += bytes.count
        if let last = parts.last, last.request == nil, last.step == step, last.stream == stream, last.end == printed,
            !last.isTruncation
        {
            parts[parts.count - 1].bytes += bytes
            waitingBytes += bytes.count
        } else {
            let part = Part(step: step, at: printed, stream: stream, bytes: bytes)
            parts.append(part)
            waitingBytes += part.cost
        }
        while waitingBytes > Self.waitingBytes, dropOldest() {}
    }

    /// False when all that is left is on its way or tells of the truncation.
    private mutating func dropOldest() -> Bool {
        guard let index = parts.firstIndex(where: { $0.request == nil && !$0.isTruncation }) else { return false }
        let part = parts[index]
        let excess = waitingBytes - Self.waitingBytes
        guard part.bytes.count > excess else {
            parts.remove(at: index)
            waitingBytes -= part.cost
            if part.step == step { keptOfStep -= part.bytes.count }
            return true
        }
        // The newest end of a long part is worth keeping, from a whole character on.
        let rest = part.bytes.dropFirst(excess).drop { $0 & 0xC0 == 0x80 }
        let cut = part.bytes.count - rest.count
        parts[index] = Part(step: part.step, at: part.at + Int64(cut), stream: part.stream, bytes: Array(rest))
        waitingBytes -= cut
        if part.step == step { keptOfStep -= cut }
        return true
    }

    private func chunks(_ parts: [Part]) -> [OutputChunk] {
        var chunks: [OutputChunk] = []
        var last: Part?
        for part in parts {
            if let before = last, before.step == part.step, before.request == part.request, before.end == part.at,
                !before.isTruncation
            {
                chunks[chunks.count - 1].pieces += pieces(of: part)
            } else {
                chunks.append(OutputChunk(step: part.step, at: part.at, pieces: pieces(of: part)))
            }
            if part.isTruncation { chunks[chunks.count - 1].truncated = true }
            last = part
        }
        return chunks
    }

    private func pieces(of part: Part) -> [OutputChunk.Piece] {
        if part.bytes.isEmpty { return [] }
        return [.init(stream: part.stream, text: String(decoding: part.bytes, as: UTF8.self), bytes: part.bytes.count)]
    }
}
