import Domain
@testable import Executions
import MariaDB
import Testing
import Wire

@Suite struct TracePageTests {
    private struct Scene {
        let bench: Bench
        let id: ID<Execution>
        let read: ReadTrace

        init(_ steps: Int, padding: Int = 0) throws {
            bench = try Bench()
            id = try bench.start(try bench.makeCase("hello"))
            read = ReadTrace(pool: bench.pool)
            let agent = try bench.agent()
            try bench.settle()
            let offer = try #require(try bench.offers(agent).first)
            _ = try bench.accept(offer, agent)
            for first in stride(from: 1, through: steps, by: 500) {
                let batch = (first...min(first + 499, steps)).map { number in
                    stepResult(number, number % 10 == 0 ? .failed : .passed, padding: padding)
                }
                _ = try bench.record(
                    id, StepsRequest(fence: offer.fence, firstSeq: first, steps: batch), by: agent)
            }
        }

        func page(after: Int = 0, limit: Int = 1000, _ statuses: [StepStatus] = []) throws -> TracePage {
            try #require(try read.page(of: id, project: bench.project, after: after, limit: limit, statuses: statuses))
        }

        /// Sequences of all pages, and how many pages there were.
        func all(limit: Int, _ statuses: [StepStatus] = []) throws -> (sequences: [Int], pages: Int) {
            var sequences: [Int] = []
            var pages = 0
            var after: Int? = 0
            while let place = after {
                let page = try page(after: place, limit: limit, statuses)
                for step in page.steps { sequences.append(try sequence(step)) }
                pages += 1
                after = page.nextAfter
            }
            return (sequences, pages)
        }

        private func sequence(_ step: [UInt8]) throws -> Int {
            try jsonDecoded(StepResult.self, String(decoding: step, as: UTF8.self)).sequence
        }
    }

    @Test(arguments: [30, 12_000])
    func `pages hold every step once, embedded or in rows`(steps: Int) throws {
        let scene = try Scene(steps)
        #expect(try scene.page().stepCount == steps)
        let limit = steps == 30 ? 7 : 1000
        let all = try scene.all(limit: limit)
        #expect(all.sequences == Array(1...steps))
        #expect(all.pages == (steps + limit - 1) / limit)
        let failed = try scene.all(limit: limit, [.failed])
        #expect(failed.sequences == Array(stride(from: 10, through: steps, by: 10)))
        #expect(try scene.page(after: steps).steps.isEmpty)
    }

    @Test func `a page is bounded in bytes`() throws {
        let scene = try Scene(100, padding: 100_000)
        let page = try scene.page()
        #expect(page.nextAfter == page.steps.count)
        #expect(page.steps.reduce(0) { $0 + $1.count } < ReadTrace.maximumBytes + 110_000)
        #expect(try scene.all(limit: 1000).sequences == Array(1...100))
    }

    @Test func `a reader takes no lock`() throws {
        let scene = try Scene(3)
        let other = try Bench.makeProject("other", scene.bench.pool)
        try scene.bench.pool.transaction { tx in
            // What Rescue and finish do: the row is locked while the page is read on another connection.
            _ = try tx.execute("UPDATE attempts SET step_count = 3 WHERE execution_id = \(scene.id)")
            #expect(try scene.page().steps.count == 3)
        }
        #expect(try scene.read.page(of: scene.id, project: other) == nil)
        #expect(try scene.read.page(of: scene.id, project: scene.bench.project, attempt: 2) == nil)
    }
}
