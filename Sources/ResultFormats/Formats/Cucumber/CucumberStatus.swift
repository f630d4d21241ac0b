/// The words of Cucumber for steps, in either of its formats and in any case.
enum CucumberStatus {
    static func of(_ word: String) -> (status: ReadResult.Status, raw: String?) {
        let low = word.lowercased()
        switch low {
        case "passed": return (.passed, nil)
        case "failed": return (.failed, nil)
        case "skipped": return (.skipped, nil)
        case "pending", "untested", "": return (.skipped, low.isEmpty ? "unknown" : low)
        default: return (.error, low)
        }
    }

    /// The worst of the steps, as Cucumber ranks them, with its word.
    static func worst(_ steps: [ReadStep]) -> (status: ReadResult.Status, raw: String?) {
        func rank(_ status: ReadResult.Status) -> Int {
            switch status {
            case .passed: 0
            case .skipped: 1
            case .error: 2
            case .timeout, .failed: 3
            }
        }
        guard let worst = steps.max(by: { rank($0.status) < rank($1.status) }) else { return (.passed, nil) }
        return (worst.status, worst.rawStatus)
    }
}
