import Glibc
import Synchronization

/// Keeps handed-over connections and writes to them from one epoll thread; any thread may send.
///
/// A thread per stream costs ten times the CPU and twice the latency, and dies slowly at shutdown.
package final class StreamHub: Sendable {
    private let wakeup: Wakeup
    private let readiness: Readiness
    private let commands = Mutex(Commands())
    // Only the hub thread takes this lock; it makes that exclusive access visible to the compiler.
    private let loop: Mutex<HubLoop>
    private let openCount = Atomic<Int>(0)

    /// - Throws: `FastCGIError.system` when the process is out of descriptors.
    package init(limits: StreamLimits = StreamLimits()) throws(FastCGIError) {
        wakeup = try Wakeup()
        readiness = try Readiness()
        loop = Mutex(HubLoop(readiness: readiness, limits: limits))
        readiness.add(wakeup.descriptor, 1, tag: 0)
    }

    deinit { loop.withLock { $0.abandonAll() } }

    /// Streams added and not yet closed.
    package var count: Int { openCount.load(ordering: .relaxed) }

    /// Adopts a connection. `onClose` is called once, on the hub thread, and must not block.
    ///
    /// - Parameter hasHeartbeat: whether silence is broken by SSE comments; false for a parked plain answer.
    package func add(
        _ handle: StreamHandle, hasHeartbeat: Bool = true,
        onClose: @escaping @Sendable (StreamID, StreamCloseReason) -> Void
    ) -> StreamID {
        openCount.add(1, ordering: .relaxed)
        let id = commands.withLock { commands in
            commands.lastID += 1
            let id = StreamID(value: commands.lastID)
            commands.queue.append(
                .add(handle, id, hasHeartbeat: hasHeartbeat) { [openCountChanged] reason in
                    openCountChanged(-1)
                    onClose(id, reason)
                })
            return id
        }
        wakeup.raise()
        return id
    }

    /// Queues a piece of the body; nothing happens when the stream is gone.
    package func send(_ bytes: [UInt8], to stream: StreamID) { send(bytes, to: [stream]) }

    /// Queues the same piece for several streams.
    package func send(_ bytes: [UInt8], to streams: [StreamID]) {
        guard !streams.isEmpty, !bytes.isEmpty else { return }
        enqueue(.send(bytes, streams))
    }

    /// Calls `then` once when all that was queued for `stream` before is sent; never when the stream is gone. On the hub
    /// thread: it must not block.
    package func whenSent(_ stream: StreamID, _ then: @escaping @Sendable () -> Void) {
        enqueue(.whenSent(stream, then))
    }

    /// Ends a stream after its last piece.
    package func close(_ stream: StreamID, final bytes: [UInt8] = []) { enqueue(.close(stream, bytes)) }

    /// Ends every stream, and those added from now on, after a last piece; then `run()` returns.
    package func drain(final bytes: [UInt8] = []) { enqueue(.drain(bytes)) }

    /// Serves until drained. Blocks.
    package func run() {
        while !runOnce(nowMs: monotonicMs(), timeoutMs: 1000) {}
    }

    /// One pass: waits at most `timeoutMs` for work, does it, then `tick`. True when drained and empty.
    @discardableResult
    package func runOnce(nowMs: Int64, timeoutMs: Int32) -> Bool {
        let ready = readiness.wait(maximum: 256, timeoutMs: timeoutMs)
        wakeup.clear()
        let queue = commands.withLock { commands in
            defer { commands.queue = [] }
            return commands.queue
        }
        let (closed, sent, isDone) = loop.withLock { loop in
            for (tag, events) in ready where tag != 0 { loop.handle(events, of: StreamID(value: tag), nowMs: nowMs) }
            for command in queue { loop.perform(command, nowMs: nowMs) }
            loop.tick(nowMs: nowMs)
            return (loop.takeClosed(), loop.takeSent(), loop.isDone)
        }
        // Outside the lock: a callback may look at the hub.
        for (stream, reason) in closed { stream.onClose(reason) }
        for then in sent { then() }
        return isDone
    }

    private func enqueue(_ command: HubCommand) {
        commands.withLock { $0.queue.append(command) }
        wakeup.raise()
    }

    private var openCountChanged: @Sendable (Int) -> Void {
        { [weak self] change in _ = self?.openCount.add(change, ordering: .relaxed) }
    }
}

private struct Commands {
    var lastID: UInt64 = 0
    var queue: [HubCommand] = []
}

enum HubCommand: Sendable {
    case add(StreamHandle, StreamID, hasHeartbeat: Bool, onClose: @Sendable (StreamCloseReason) -> Void)
    case send([UInt8], [StreamID])
    case whenSent(StreamID, @Sendable () -> Void)
    case close(StreamID, [UInt8])
    case drain([UInt8])
}
