import Daemon
import Testing

@Suite struct MetricsTests {
    private let metrics = Metrics()

    @Test func `counters and gauges are answered by name and label`() {
        let requests = metrics.counter("assay_requests_total", help: "Requests.\nAll.", labels: ["method", "status"])
        requests.increment("GET", "200")
        requests.increment("GET", "200", by: 2)
        requests.increment("GET", "200", by: -5)
        requests.increment("GET", "\"\\\n")
        let open = metrics.gauge("assay_open_streams", help: "Streams.")
        open.set(5)
        open.add(-1.5)
        #expect(requests.value("GET", "200") == 3)
        #expect(requests.value("PUT", "200") == 0)
        #expect(open.value() == 3.5)
        #expect(
            metrics.exposition() == #"""
                # HELP assay_open_streams Streams.
                # TYPE assay_open_streams gauge
                assay_open_streams 3.5
                # HELP assay_requests_total Requests.\nAll.
                # TYPE assay_requests_total counter
                assay_requests_total{method="GET",status="\"\\\n"} 1
                assay_requests_total{method="GET",status="200"} 3

                """#)
    }

    @Test func `a histogram counts cumulatively`() {
        let seconds = metrics.histogram("assay_wait_seconds", help: "Waits.", labels: ["kind"], bounds: [0.1, 1])
        seconds.observe(0.05, "a")
        seconds.observe(0.5, "a")
        seconds.observe(7, "a")
        #expect(seconds.count("a") == 3)
        #expect(
            metrics.exposition() == """
                # HELP assay_wait_seconds Waits.
                # TYPE assay_wait_seconds histogram
                assay_wait_seconds_bucket{kind="a",le="0.1"} 1
                assay_wait_seconds_bucket{kind="a",le="1"} 2
                assay_wait_seconds_bucket{kind="a",le="+Inf"} 3
                assay_wait_seconds_sum{kind="a"} 7.55
                assay_wait_seconds_count{kind="a"} 3

                """)
    }

    @Test func `what was never observed is zero`() {
        _ = metrics.histogram("h", help: "H.", bounds: [1])
        _ = metrics.counter("c_total", help: "C.")
        #expect(
            metrics.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") } == [
                "c_total 0", "h_bucket{le=\"1\"} 0", "h_bucket{le=\"+Inf\"} 0", "h_sum 0", "h_count 0",
            ])
    }

    @Test func `a gauge can be read at the scrape`() {
        metrics.gauge("g", help: "G.") { .infinity }
        metrics.gauge("n", help: "N.") { .nan }
        metrics.gauge("m", help: "M.") { -.infinity }
        let values = metrics.exposition().split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(values == ["g +Inf", "m -Inf", "n NaN"])
    }

    @Test func `a wrong call is harmless`() {
        let counter = metrics.counter("c_total", help: "C.", labels: ["a", "b"])
        counter.increment("1")
        counter.increment("1", "", "3")
        #expect(metrics.counter("c_total", help: "again").value("1", "") == 2)
        metrics.histogram("c_total", help: "another kind").observe(1, "1", "")
        #expect(counter.value("1", "") == 2)
    }
}
