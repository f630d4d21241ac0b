import Testing

@testable import Reports

@Suite struct DurationSketchTests {
    private func sketch(_ values: [Int64]) -> DurationSketch {
        var sketch = DurationSketch()
        for value in values { sketch.add(value) }
        return sketch
    }

    @Test(arguments: [0.5, 0.9, 0.95, 0.99, 0.999])
    func `a quantile is within one percent of the true one`(quantile: Double) throws {
        var generator = SystemRandomNumberGenerator()
        let values = (0..<5_000).map { _ in Int64.random(in: 1...3_600_000, using: &generator) }
        let sorted = values.sorted()
        let exact = Double(sorted[Int(quantile * Double(values.count - 1))])
        let estimate = try #require(sketch(values).quantile(quantile))
        #expect(abs(estimate - exact) <= exact * 0.0101)
    }

    @Test func `merging gives the bytes of adding everything to one`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<50 {
            let values = (0..<200).map { _ in Int64.random(in: -5...1_000_000_000, using: &generator) }
            let cut = Int.random(in: 0...values.count, using: &generator)
            var merged = sketch(values[cut...].shuffled())
            merged.merge(sketch(values[..<cut].shuffled()))
            #expect(merged.encoded == sketch(values).encoded)
            #expect(merged.count == 200)
        }
    }

    @Test func `an empty sketch has no quantile`() {
        #expect(DurationSketch().quantile(0.5) == nil)
        #expect(DurationSketch().count == 0)
    }

    @Test func `zero and negative durations count as zero`() {
        let sketch = sketch([0, -7, 0, 1_000])
        #expect(sketch.quantile(0) == 0)
        #expect(sketch.quantile(0.5) == 0)
        #expect(abs((sketch.quantile(1) ?? 0) - 1_000) < 10.1)
        #expect(sketch.quantile(2) == sketch.quantile(1))
    }

    @Test func `collapsing does not depend on the order`() {
        let extremes: [Int64] = [1, 2, 3, .max, .max / 2, 5, 1_000, .max - 1]
        let first = sketch(extremes)
        let second = sketch(extremes.reversed())
        #expect(first.encoded == second.encoded)
        #expect(first.count == 8)
        #expect((first.bins.last?.index ?? 0) - (first.bins.first?.index ?? 0) < DurationSketch.maximumBins)
    }

    @Test func `stored bytes are read back`() throws {
        for values in [[], [0], [1, 1, 2, 500, 30_000, 30_001], [.max]] as [[Int64]] {
            let sketch = sketch(values)
            #expect(try DurationSketch(encoded: sketch.encoded) == sketch)
        }
    }

    @Test(
        arguments: [
            [], [2, 0, 0], [1], [1, 0], [1, 0, 1], [1, 0, 1, 2], [1, 0, 1, 2, 0], [1, 0, 2, 2, 1, 0, 1], [1, 0, 0, 9],
            [1, 0x80, 0x80], [1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0],
            [1, 0, 0xff, 0xff, 0xff, 0x7f], [1, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1],
        ] as [[UInt8]])
    func `damaged bytes are refused`(bytes: [UInt8]) {
        #expect(throws: SketchFormatError.self) { try DurationSketch(encoded: bytes) }
    }

    @Test func `random bytes never trap`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<5_000 {
            let bytes = [1] + (0..<Int.random(in: 0...24)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            guard let sketch = try? DurationSketch(encoded: bytes) else { continue }
            _ = sketch.quantile(0.5)
            var copy = sketch
            copy.add(5)
        }
    }
}
