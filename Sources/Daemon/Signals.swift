import Glibc

/// TERM, INT and HUP as values read by one thread, instead of handlers that may run anywhere.
package enum Signals {
    /// What was asked of the process.
    package enum Request: Sendable, Equatable {
        /// TERM or INT: end in good order.
        case stop
        /// HUP: read the configuration again, or hand over.
        case reload
    }

    /// Blocks the three signals on this thread and on those it starts, and ignores SIGPIPE. Call first in `main`.
    package static func block() {
        var set = waited()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for the next of the three signals. They must be blocked on this thread.
    package static func wait() -> Request {
        var set = waited()
        var number: Int32 = 0
        // Another wake-up is no request.
        while sigwait(&set, &number) != 0 {}
        return number == SIGHUP ? .reload : .stop
    }

    /// Starts a thread that gives each request to `body`, until it answers false.
    @discardableResult
    package static func forEach(_ body: @escaping @Sendable (Request) -> Bool) -> WorkerThread {
        WorkerThread("signals") {
            block()
            while body(wait()) {}
        }
    }

    private static func waited() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
