import Glibc

/// Runs each body on a thread of its own and waits for all: blocking races must not use up the test pool.
/// - Throws: the first error, in the order of the bodies.
package func race(_ bodies: (@Sendable () throws -> Void)...) throws {
    let racers = bodies.map { Racer($0) }
    for racer in racers { racer.join() }
    for racer in racers { if let error = racer.error { throw error } }
}

/// `@unchecked Sendable`: `error` is written by its thread and read after the join.
private final class Racer: @unchecked Sendable {
    private let body: @Sendable () throws -> Void
    private var thread = pthread_t()
    private(set) var error: (any Error)?

    init(_ body: @escaping @Sendable () throws -> Void) {
        self.body = body
        let argument = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Racer>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, argument)
        precondition(result == 0, "no thread for a test")
    }

    private func run() {
        do { try body() } catch { self.error = error }
    }

    func join() { pthread_join(thread, nil) }
}

/// A moment that one thread announces and another waits for, so that tests order threads without sleeping.
///
/// `@unchecked Sendable`: a POSIX semaphore is made for use by several threads.
package final class Moment: @unchecked Sendable {
    private let semaphore: UnsafeMutablePointer<sem_t>

    package init() {
        semaphore = .allocate(capacity: 1)
        sem_init(semaphore, 0, 0)
    }

    deinit {
        sem_destroy(semaphore)
        semaphore.deallocate()
    }

    /// Lets one `wait` pass, now or later.
    package func announce() { sem_post(semaphore) }

    /// Waits for an `announce`, at most ten seconds; false when it never came.
    @discardableResult
    package func wait() -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_REALTIME, &deadline)
        deadline.tv_sec += 10
        while sem_timedwait(semaphore, &deadline) != 0 {
            if errno != EINTR { return false }
        }
        return true
    }
}
