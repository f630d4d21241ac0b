import Daemon
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct LoopTests {
    /// A loop whose pass `n` (from 1) is `pass(n)`; the pass that answers nil stops it.
    private final class Script: Sendable {
        let passes = Mutex(0)
        let events = Mutex<[String]>([])
        let loop = Mutex<Loop?>(nil)
        let metrics = Metrics()

        var passCount: Int { passes.withLock { $0 } }
        var lines: [String] { events.withLock { $0 } }

        func make(
            intervalMs: Int, bell: DoorbellReceiver? = nil, _ pass: @escaping @Sendable (Int) throws -> WorkDone?
        ) -> Loop {
            let log = Log(role: "test") { line in
                self.events.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
            }
            let loop = Loop(
                "sweep", intervalMs: intervalMs, bell: bell, backOff: BackOff(firstMs: 1, longestMs: 2), log: log,
                metrics: metrics
            ) {
                let number = self.passes.withLock { passes in
                    passes += 1
                    return passes
                }
                guard let done = try pass(number) else {
                    self.loop.withLock { $0 }?.stop()
                    return .idle
                }
                return done
            }
            self.loop.withLock { $0 = loop }
            return loop
        }
    }

    private struct Fault: Error {}
    private let script = Script()

    @Test func `more work is done without sleeping`() {
        script.make(intervalMs: 3_600_000) { $0 < 5 ? .more : nil }.run()
        #expect(script.passCount == 5)
        #expect(script.lines.isEmpty)
    }

    @Test func `an idle pass is followed by another after the interval`() {
        script.make(intervalMs: 1) { $0 < 3 ? .idle : nil }.run()
        #expect(script.passCount == 3)
    }

    @Test func `an error is logged and outlived`() {
        script.make(intervalMs: 1) { number in
            if number < 4 { throw Fault() }
            return nil
        }.run()
        let events = script.lines
        // The first failure and each doubling of their number are told, all are counted.
        #expect(events.count == 3)
        #expect(events[1].contains(#""event":"loop.failed""#))
        #expect(events[1].contains(#""error":"Fault()","failures":2,"loop":"sweep""#))
        #expect(events[2].contains(#""event":"loop.recovered""#) && events[2].contains(#""failures":3,"loop":"sweep""#))
        let figures = script.metrics.exposition()
        #expect(figures.contains("assay_loop_failures_total{loop=\"sweep\"} 3\n"))
        #expect(figures.contains("assay_loop_pass_seconds_count{loop=\"sweep\"} 4\n"))
    }

    @Test func `the bell ends a sleep`() throws {
        let directory = try Directory()
        let bell = try DoorbellReceiver(directory: directory.path, kind: .engine)
        let doorbell = Doorbell(directory: directory.path)
        script.make(intervalMs: 3_600_000, bell: bell) { number in
            guard number < 4 else { return nil }
            doorbell.ring(.engine)
            return .idle
        }.run()
        #expect(script.passCount == 4)
    }

    @Test func `stopping ends a sleep, from another thread`() {
        let started = Mutex(false)
        let loop = script.make(intervalMs: 3_600_000) { _ in
            started.withLock { $0 = true }
            return .idle
        }
        loop.start()
        loop.start()
        while !started.withLock({ $0 }) {}
        loop.stop()
        loop.join()
        loop.join()
        #expect(script.passCount == 1)
    }

    @Test func `the pause after failures doubles up to its end`() {
        let backOff = BackOff(firstMs: 100, longestMs: 1000)
        for (count, range) in [
            (0, 50...100), (1, 50...100), (2, 100...200), (4, 400...800), (5, 500...1000), (99, 500...1000),
        ] {
            for _ in 0..<20 { #expect(range.contains(backOff.pauseMs(afterFailures: count))) }
        }
        #expect(BackOff(firstMs: .max, longestMs: 8).pauseMs(afterFailures: 30) <= 8)
        #expect(BackOff(firstMs: 0, longestMs: 0).pauseMs(afterFailures: 1) == 0)
    }
}
