import Glibc

/// A thread of the operating system, for blocking work that the shared task pool must not carry.
package final class WorkerThread: Sendable {
    private let thread: pthread_t
    private let isRunning: Bool

    /// Starts a thread that runs `body` once. `name` (15 bytes are kept) is what `top -H` shows.
    package init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(name: name, body: body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
        isRunning = result == 0
        self.thread = thread
        if result != 0 { work.release() }
    }

    /// Waits for the end of the thread. Call at most once. False when the thread could not be started.
    @discardableResult
    package func join() -> Bool { isRunning && pthread_join(thread, nil) == 0 }

    /// Sends a signal to this thread alone.
    package func signal(_ number: Int32) { if isRunning { pthread_kill(thread, number) } }
}

private final class Work: Sendable {
    private let name: String
    private let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    func run() {
        takeName()
        body()
    }

    /// By way of /proc, as the C call is a GNU extension that Swift does not see.
    private func takeName() {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name, min(name.utf8.count, 15))
        close(file)
    }
}
