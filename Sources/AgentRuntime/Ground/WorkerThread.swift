import CSpawn
import Glibc
import Synchronization

/// A thread that is waited for.
final class WorkerThread: Sendable {
    private let handle: Mutex<pthread_t?>

    /// Starts `body`; `name` (at most 15 bytes) is what `top` and `gdb` show.
    init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SpawnError) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(name: name, run: body))
        let failure = pthread_create(&thread, nil, { context in
            guard let context else { return nil }
            let body = Unmanaged<Body>.fromOpaque(context).takeRetainedValue()
            assay_name_thread(body.name)
            body.run()
            return nil
        }, context.toOpaque())
        guard failure == 0 else {
            context.release()
            throw SpawnError(message: "cannot start thread \(name): \(errorText(failure))", isResource: true)
        }
        handle = Mutex(thread)
    }

    /// Waits for the end of the body; the second call returns at once.
    func join() {
        let thread = handle.withLock { handle in
            let thread = handle
            handle = nil
            return thread
        }
        if let thread { pthread_join(thread, nil) }
    }
}

private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
        self.name = name
        self.run = run
    }
}
