import CFastCGI
import Glibc

/// Worker threads that accept, serve and close connections of a web server on one listening socket.
///
/// Connections are not kept alive: a kept one would pin its thread, and a request sent on one that is just being
/// closed is lost. The listening socket belongs to the caller, who may share it with the next process.
package final class FastCGIServer: Sendable {
    private let listeningDescriptor: Int32
    private let threads: Int
    private let limits: RequestLimits
    private let refuse: Refusal.Answer
    private let handler: @Sendable (Request) -> Reply
    private let stopping: Wakeup
    private let readiness: Readiness

    /// `listeningDescriptor` is bound and listening; it is made non-blocking and never closed here.
    ///
    /// - Parameter refuse: answers what no handler is to see.
    package init(
        listeningDescriptor: Int32, threads: Int, limits: RequestLimits = RequestLimits(),
        refuse: @escaping Refusal.Answer = Refusal.bare, handler: @escaping @Sendable (Request) -> Reply
    ) throws(FastCGIError) {
        self.listeningDescriptor = listeningDescriptor
        self.threads = max(1, threads)
        self.limits = limits
        self.refuse = refuse
        self.handler = handler
        stopping = try Wakeup()
        readiness = try Readiness()
        setNonBlocking(listeningDescriptor)
        guard libraryIsReady else { throw .system(call: "FCGX_Init", code: 0) }
        // EPOLLEXCLUSIVE: several processes may wait on the shared socket, one is woken.
        guard readiness.add(listeningDescriptor, EPOLLIN.rawValue | EPOLLEXCLUSIVE.rawValue, tag: 1) else {
            throw .system(call: "epoll_ctl", code: errno)
        }
        readiness.add(stopping.descriptor, EPOLLIN.rawValue, tag: 0)
    }

    /// Serves until `drain()`; returns when the last request in flight has been answered. Blocks.
    package func run() {
        let workers = (0..<threads).compactMap { _ in ServingThread { self.work() } }
        // Without a single thread (resource limit) the caller's own one serves.
        if workers.isEmpty { work() }
        for worker in workers { worker.join() }
    }

    /// Stops accepting; requests in flight finish. Any thread.
    package func drain() { stopping.raise() }

    private func work() {
        let slot = RequestSlot(limits: limits, refuse: refuse)
        while true {
            guard let ready = readiness.wait(maximum: 1, timeoutMs: -1).first else { continue }
            if ready.tag == 0 { return }
            let connection = accept4(listeningDescriptor, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            if connection >= 0 {
                setTimeouts(connection, seconds: limits.ioTimeoutSeconds)
                slot.serve(connection, handler: handler)
            } else if errno != EAGAIN && errno != EINTR && errno != ECONNABORTED {
                // Out of descriptors or memory: spinning on the ready socket would only make it worse.
                var stop = pollfd(fd: stopping.descriptor, events: Int16(POLLIN), revents: 0)
                _ = poll(&stop, 1, 50)
            }
        }
    }
}

/// libfcgi's own initialisation is not safe from two threads; a global is set up once.
private let libraryIsReady = FCGX_Init() == 0
