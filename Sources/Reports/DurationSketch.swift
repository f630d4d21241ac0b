import Glibc

/// A DDSketch of durations: every quantile within 1 % of the true one, and merging is exact and order-free.
///
/// A bin holds the counts of ⌈log_γ x⌉ with γ = (1 + α) / (1 − α). Masson, Rim, Lee: "DDSketch", VLDB 2019.
package struct DurationSketch: Equatable, Sendable {
    package static let relativeError = 0.01
    /// Bins cover this many neighbouring indexes below the highest; lower ones collapse into the lowest kept.
    package static let maximumBins: Int32 = 2_048

    private static let logGamma = log((1 + relativeError) / (1 - relativeError))

    struct Bin: Equatable, Sendable {
        let index: Int32
        var count: UInt64
    }

    /// Sorted by index, no empty bin, so that equal contents are equal bytes.
    private(set) var bins: [Bin] = []
    /// Durations of 0 ms have no logarithm.
    private(set) var zeroCount: UInt64 = 0

    package init() {}

    init(bins: [Bin], zeroCount: UInt64) {
        self.bins = bins
        self.zeroCount = zeroCount
    }

    package var count: UInt64 { bins.reduce(zeroCount) { $0 &+ $1.count } }

    /// Adds one duration in milliseconds; a negative one counts as 0.
    package mutating func add(_ durationMs: Int64) {
        if durationMs <= 0 {
            zeroCount &+= 1
        } else {
            add(Bin(index: Self.index(of: durationMs), count: 1))
            collapse()
        }
    }

    package mutating func merge(_ other: DurationSketch) {
        zeroCount &+= other.zeroCount
        for bin in other.bins { add(bin) }
        collapse()
    }

    /// The duration in milliseconds below which the share `quantile` (0 to 1) of the values lies; nil when empty.
    package func quantile(_ quantile: Double) -> Double? {
        let total = count
        guard total > 0 else { return nil }
        let rank = UInt64((min(1, max(0, quantile)) * Double(total - 1)).rounded(.down))
        var seen = zeroCount
        if rank < seen { return 0 }
        for bin in bins {
            seen &+= bin.count
            if rank < seen { return Self.value(of: bin.index) }
        }
        return bins.last.map { Self.value(of: $0.index) }
    }

    private mutating func add(_ bin: Bin) {
        let place = insertionPoint(bin.index)
        if place < bins.count, bins[place].index == bin.index {
            bins[place].count &+= bin.count
        } else {
            bins.insert(bin, at: place)
        }
    }

    /// First place whose index is not below `index`.
    private func insertionPoint(_ index: Int32) -> Int {
        var low = 0
        var high = bins.count
        while low < high {
            let middle = (low + high) / 2
            if bins[middle].index < index { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Bounded by the span of indexes, not by their number: the result must not depend on the order of additions.
    private mutating func collapse() {
        guard let highest = bins.last?.index else { return }
        let lowest = highest - Self.maximumBins + 1
        guard let first = bins.first, first.index < lowest else { return }
        let kept = insertionPoint(lowest)
        let sum = bins[..<kept].reduce(UInt64(0)) { $0 &+ $1.count }
        bins.removeSubrange(..<kept)
        add(Bin(index: lowest, count: sum))
    }

    private static func index(of durationMs: Int64) -> Int32 {
        Int32((log(Double(durationMs)) / logGamma).rounded(.up))
    }

    /// The middle of a bin: the value whose distance to both ends is the same relative error.
    private static func value(of index: Int32) -> Double {
        2 * exp(Double(index) * logGamma) / (exp(logGamma) + 1)
    }
}
