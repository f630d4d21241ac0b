import Daemon
import Glibc
import Synchronization
import Testing

@Suite struct ProcessTests {
    @Test func `signals arrive as requests on one thread`() {
        let seen = Mutex<[Signals.Request]>([])
        // The signals are blocked on this helper thread, so that its child inherits the mask before any is sent.
        let outer = WorkerThread("outer") {
            Signals.block()
            let reader = Signals.forEach { request in
                seen.withLock { $0.append(request) }
                return request != .stop
            }
            reader.signal(SIGHUP)
            while seen.withLock({ $0.isEmpty }) {}
            reader.signal(SIGTERM)
            reader.join()
        }
        #expect(outer.join())
        let requests = seen.withLock { $0 }
        #expect(requests == [.reload, .stop])
    }

    @Test func `a thread runs its body and bears its name`() {
        let name = Mutex("")
        let thread = WorkerThread("a rather long thread name") {
            let file = open("/proc/thread-self/comm", O_RDONLY)
            var bytes = [UInt8](repeating: 0, count: 64)
            let count = read(file, &bytes, bytes.count)
            close(file)
            name.withLock { $0 = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self) }
        }
        #expect(thread.join())
        let seen = name.withLock { $0 }
        #expect(seen == "a rather long t\n")
    }

    @Test func `clocks go forward`() {
        let start = SystemClock.monotonicMs()
        #expect(SystemClock.monotonicMs() >= start)
        #expect(SystemClock.nowMs() > 1_700_000_000_000)
    }
}
