import Domain
import Feed
import MariaDB
import ResultFormats

/// What a file says of one run, on its way into the database: collected to batches, each stored with how far it came.
///
/// A file that is read again after a crash goes through here from its start: what is stored already is stepped over.
struct RunReading {
    /// Why nothing of the file is taken.
    enum Closed { case duplicate, late }

    let id: ID<Execution>
    private let closed: Closed?
    private var toSkip: Int
    private var refusalsToSkip: Int
    private var accepted: Int
    private var refused: Int
    /// Results that were not looked at because the run is closed to this file.
    private var notTaken = 0
    /// How often each identity came; by hash, so that a million tests fit.
    private var seen: [Int: Int32] = [:]
    private var groups: [Group] = []
    private var refusals: [(of: String, Refusal)] = []
    private var clock: Timestamp

    private struct Group {
        let base: String
        let ordinal: Int32
        var tries: [ReadResult]
    }

    init(id: ID<Execution>, closed: Closed?, accepted: Int, refused: Int, startingAt: Timestamp) {
        self.id = id
        self.closed = closed
        self.accepted = closed == nil ? accepted : 0
        self.refused = closed == nil ? refused : 0
        toSkip = self.accepted
        refusalsToSkip = self.refused
        clock = startingAt
    }

    mutating func add(_ result: ReadResult) {
        let base = ImportedTest.identity(of: result)
        if let attempt = result.attempt, attempt > 1, groups.last?.base == base {
            groups[groups.count - 1].tries.append(result)
            return
        }
        let ordinal = seen[base.hashValue, default: 0] + 1
        seen[base.hashValue] = ordinal
        groups.append(Group(base: base, ordinal: ordinal, tries: [result]))
    }

    /// - Parameter name: of the file that it stands in.
    mutating func refuse(_ refusal: Refusal, of name: String) {
        if refusalsToSkip > 0 { refusalsToSkip -= 1 } else { refusals.append((name, refusal)) }
    }

    /// The last group may still grow by another attempt.
    var isFull: Bool { groups.count > WriteResults.batch || refusals.count >= WriteResults.batch }

    /// Stores what was collected; `isLast` also the group that might have grown.
    mutating func flush(_ file: FileClaim, format: String, isLast: Bool) throws {
        var ready = groups.prefix(isLast ? groups.count : max(0, groups.count - 1))
        groups.removeFirst(ready.count)
        let skipped = ready.prefix(toSkip)
        toSkip -= skipped.count
        // Times of tests without one follow their predecessor's, also when that is stored already.
        for group in skipped { _ = test(group) }
        ready = ready.dropFirst(skipped.count)
        if closed != nil {
            notTaken += ready.count
            ready = []
            if isLast { refusals = [closedItem].compactMap(\.self).map { (file.name, $0) } }
        }
        let tests = ready.compactMap { test($0) }
        let known = try TestRegistry.find(tests.map(\.identity), .case, in: file.project.id, pool: file.pool)
        let after = self
        try file.write { tx in
            var run = try ImportRunRow.lock(after.id, tx)
            if after.closed == nil, run.execution.status.isFinal { throw ImportStopped() }
            if run.execution.cancelRequestedAt != nil { throw ImportStopped() }
            var journal = Journal()
            try WriteResults.write(
                tests.compactMap { test in known[test.identity].map { (test, $0) } }, to: &run, &journal, tx)
            let kept = after.refusals.prefix(max(0, IntakeItems.maximumOfFile - after.refused))
            try IntakeItems.add(Array(kept), from: file.id, format: format, to: &run, tx)
            if !tests.isEmpty || !kept.isEmpty { try run.write(tx) }
            try tx.execute(
                """
                UPDATE import_file_runs SET accepted = \(after.accepted + tests.count),
                  duplicates = \(after.closed == .duplicate ? after.notTaken : 0),
                  refused = \(after.closed == .late ? after.notTaken : after.refused + after.refusals.count)
                WHERE file_id = \(file.id) AND execution_id = \(after.id)
                """)
            try journal.write(tx)
        }
        accepted += tests.count
        refused += refusals.count
        refusals = []
    }

    private mutating func test(_ group: Group) -> ImportedTest? {
        let suffix = group.ordinal > 1 ? " #\(group.ordinal)" : ""
        return ImportedTest(
            group.tries, identity: group.base + suffix, name: (group.tries.last?.name ?? "") + suffix, clock: &clock)
    }

    /// The one item that tells of everything that was not looked at.
    private var closedItem: Refusal? {
        switch closed {
        case nil: nil
        case .duplicate:
            Refusal(
                code: "duplicate_file",
                message: "The run has this very file already; its \(notTaken) results were left out.")
        case .late:
            Refusal(
                code: "late_result",
                message: "\(notTaken) results came after the run had ended. Send them to a run of their own.")
        }
    }
}

/// The run ended or was cancelled while a file was read.
struct ImportStopped: Error {}
