import Glibc

/// A plain thread: work here blocks in C calls, which would starve Swift's cooperative pool.
package struct ServingThread: Sendable {
    private let thread: pthread_t

    /// Starts `body`; nil when the system refuses another thread.
    package init?(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Body(body))
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            return nil
        }
        self.thread = thread
    }

    /// Waits for the end of the thread; once only.
    package func join() { pthread_join(thread, nil) }
}

private final class Body: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
