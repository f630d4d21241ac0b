/// Results that wait for what the file says of them later, within a bound; beyond it the oldest go as they are.
struct HeldResults {
    private static let limitBytes = 16 << 20
    private var results: [ReadResult] = []
    private var heldBytes = 0
    /// The place of the first that is still here, counted from the first ever added.
    private(set) var first = 0

    /// The place of the next.
    var end: Int { first + results.count }

    /// Adds one; returns those that can be held no longer.
    mutating func add(_ result: ReadResult) -> [ReadResult] {
        let size = result.roughBytes
        results.append(result)
        heldBytes += size
        return heldBytes > Self.limitBytes ? take() : []
    }

    mutating func change(from place: Int, _ body: (inout ReadResult) -> Void) {
        for index in results.indices where first + index >= place { body(&results[index]) }
    }

    mutating func take() -> [ReadResult] {
        defer {
            first += results.count
            (results, heldBytes) = ([], 0)
        }
        return results
    }
}

extension ReadResult {
    /// About what it takes in memory.
    var roughBytes: Int {
        512 + name.utf8.count + standardOutput.utf8.count + standardError.utf8.count + (error?.stack?.utf8.count ?? 0)
            + (error?.message?.utf8.count ?? 0) + metadata.count * 96 + steps.reduce(0) { $0 + $1.roughBytes }
            + attachments.reduce(0) { $0 + 128 + ($1.bytes?.count ?? 0) }
    }
}

extension ReadStep {
    /// About what it takes in memory.
    var roughBytes: Int {
        256 + name.utf8.count + output.utf8.count + (error?.stack?.utf8.count ?? 0)
            + parameters.reduce(0) { $0 + 64 + $1.value.utf8.count }
            + steps.reduce(0) { $0 + $1.roughBytes }
    }
}
