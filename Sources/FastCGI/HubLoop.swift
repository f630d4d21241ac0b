import CFastCGI
import Glibc

/// The state of the hub thread and every step it takes; knows neither clock nor waiting.
struct HubLoop {
    private let readiness: Readiness
    private let limits: StreamLimits
    private var streams: [StreamID: HubStream] = [:]
    private var closed: [(HubStream, StreamCloseReason)] = []
    private var sent: [@Sendable () -> Void] = []
    private var drainPiece: [UInt8]?
    private var lastTickMs: Int64 = .min

    init(readiness: Readiness, limits: StreamLimits) {
        self.readiness = readiness
        self.limits = limits
    }

    /// Drained and nothing left to send.
    var isDone: Bool { drainPiece != nil && streams.isEmpty }

    mutating func perform(_ command: HubCommand, nowMs: Int64) {
        switch command {
        case .add(let handle, let id, let hasHeartbeat, let onClose):
            adopt(handle, id, hasHeartbeat: hasHeartbeat, onClose: onClose, nowMs: nowMs)
        case .send(let bytes, let ids): fanOut(bytes, to: ids, nowMs: nowMs)
        case .whenSent(let id, let then):
            guard let stream = streams[id] else { return }
            if stream.pendingBytes == 0 { sent.append(then) } else { streams[id]?.whenSent = then }
        case .close(let id, let bytes): end(id, final: bytes, nowMs: nowMs)
        case .drain(let bytes):
            drainPiece = bytes
            for id in streams.keys.sorted(by: { $0.value < $1.value }) { end(id, final: bytes, nowMs: nowMs) }
        }
    }

    mutating func handle(_ events: UInt32, of id: StreamID, nowMs: Int64) {
        let gone = EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue
        if events & gone != 0 {
            remove(id, .clientGone)
        } else if let result = streams[id]?.flush() {
            settle(id, after: result)
        }
    }

    /// Heartbeats and overdue endings; looks at the streams once a second at most.
    mutating func tick(nowMs: Int64) {
        guard lastTickMs == .min || nowMs - lastTickMs >= 1000 else { return }
        lastTickMs = nowMs
        var silent: [StreamID] = []
        var overdue: [StreamID] = []
        for (id, stream) in streams {
            if let since = stream.closingSinceMs {
                if nowMs - since >= limits.closingMs { overdue.append(id) }
            } else if stream.hasHeartbeat, nowMs - stream.lastSendMs >= limits.heartbeatMs {
                silent.append(id)
            }
        }
        for id in overdue { remove(id, .tooSlow) }
        fanOut(Array(": \n\n".utf8), to: silent, nowMs: nowMs)
    }

    mutating func takeClosed() -> [(HubStream, StreamCloseReason)] {
        defer { closed = [] }
        return closed
    }

    /// Those to be told that a stream has sent everything.
    mutating func takeSent() -> [@Sendable () -> Void] {
        defer { sent = [] }
        return sent
    }

    /// Closes what is open without a farewell: the hub itself goes away.
    mutating func abandonAll() {
        for stream in streams.values where stream.descriptor >= 0 { close(stream.descriptor) }
        streams = [:]
    }

    private mutating func adopt(
        _ handle: StreamHandle, _ id: StreamID, hasHeartbeat: Bool,
        onClose: @escaping @Sendable (StreamCloseReason) -> Void, nowMs: Int64
    ) {
        // A handle already taken has no descriptor: the stream begins and ends as one whose client is gone.
        let stream = HubStream(
            descriptor: handle.take() ?? -1, requestID: handle.requestID, hasHeartbeat: hasHeartbeat, nowMs: nowMs,
            onClose: onClose)
        streams[id] = stream
        guard readiness.add(stream.descriptor, EPOLLRDHUP.rawValue, tag: id.value) else {
            return remove(id, .clientGone)
        }
        if let drainPiece { end(id, final: drainPiece, nowMs: nowMs) }
    }

    private mutating func fanOut(_ bytes: [UInt8], to ids: [StreamID], nowMs: Int64) {
        // The web server always uses request id 1, so one framing serves all.
        var framed: (requestID: UInt16, records: [UInt8])?
        for id in ids {
            guard let requestID = streams[id]?.requestID, let waiting = streams[id]?.pendingBytes,
                streams[id]?.closingSinceMs == nil
            else { continue }
            // Looked at before the piece is added: one that is larger than the cap must not cut a client that keeps up.
            guard waiting <= limits.pendingBytes else {
                remove(id, .tooSlow)
                continue
            }
            if framed?.requestID != requestID {
                framed = (requestID, FastCGIRecord.output(bytes, requestID: requestID))
            }
            guard let records = framed?.records else { continue }
            streams[id]?.lastSendMs = nowMs
            settle(id, after: streams[id]?.send(records) ?? .gone)
        }
    }

    private mutating func end(_ id: StreamID, final bytes: [UInt8], nowMs: Int64) {
        guard let stream = streams[id], stream.closingSinceMs == nil else { return }
        streams[id]?.closingSinceMs = nowMs
        let records =
            FastCGIRecord.output(bytes, requestID: stream.requestID)
            + FastCGIRecord.end(requestID: stream.requestID)
        settle(id, after: streams[id]?.send(records) ?? .gone)
    }

    private mutating func settle(_ id: StreamID, after result: HubStream.SendResult) {
        guard let stream = streams[id] else { return }
        switch result {
        case .gone: remove(id, .clientGone)
        case .sent where stream.closingSinceMs != nil: remove(id, .finished)
        case .sent:
            watch(id, stream, forRoom: false)
            guard let then = stream.whenSent else { return }
            streams[id]?.whenSent = nil
            sent.append(then)
        case .blocked: watch(id, stream, forRoom: true)
        }
    }

    private mutating func watch(_ id: StreamID, _ stream: HubStream, forRoom: Bool) {
        guard stream.waitsForRoom != forRoom else { return }
        streams[id]?.waitsForRoom = forRoom
        readiness.modify(
            stream.descriptor, EPOLLRDHUP.rawValue | (forRoom ? EPOLLOUT.rawValue : 0), tag: id.value)
    }

    private mutating func remove(_ id: StreamID, _ reason: StreamCloseReason) {
        guard let stream = streams.removeValue(forKey: id) else { return }
        if stream.descriptor >= 0 { close(stream.descriptor) }
        closed.append((stream, reason))
    }
}
