import Domain
import Wire

/// What one stream lets through; equal filters share their bytes.
struct StreamFilter: Hashable, Sendable {
    enum Subject: Hashable, Sendable {
        case project
        /// A root with everything below it.
        case tree(ID<Execution>)
        /// One execution below a root, alone.
        case single(ID<Execution>, root: ID<Execution>)
    }

    let project: ID<Project>
    var subject: Subject = .project
    /// Empty = all. `execution.*` stands for every type that begins so.
    var types: Set<String> = []
    /// Narrows `execution.*` events to these streams; empty = all.
    var executions: Set<ID<Execution>> = []

    /// The execution whose end ends the stream.
    var ending: ID<Execution>? {
        switch subject {
        case .project: nil
        case .tree(let id), .single(let id, _): id
        }
    }

    func admits(_ entry: FeedEntry) -> Bool {
        switch subject {
        case .tree(let root): entry.project == project && entry.root == root
        case .single(let id, _): entry.project == project && entry.stream == id.uuid
        case .project: entry.project == project || entry.project == nil
        }
    }

    func admits(_ event: FeedEvent, of entry: FeedEntry) -> Bool {
        guard !event.frame.isEmpty else { return false }
        // Of what belongs to no project, shared agents concern everyone.
        guard entry.project != nil || event.name?.subject == .agent else { return false }
        if !executions.isEmpty, event.name?.subject == .execution, !executions.contains(ID(entry.stream)) {
            return false
        }
        guard !types.isEmpty, !types.contains(event.type) else { return true }
        return types.contains { $0.hasSuffix(".*") && event.type.hasPrefix($0.dropLast()) }
    }

    /// What a stream is sent at once.
    struct Piece: Sendable {
        var bytes: [UInt8] = []
        /// The status when the stream's execution ends in it.
        var end: ExecutionStatus?
        /// The last row looked at, when there were more: the limit was reached.
        var cutAt: Int64?
    }

    /// The frames of `entries` behind `cursor`; stops after the entry that reaches `limit` bytes.
    func piece(of entries: some Sequence<FeedEntry>, behind cursor: FeedCursor, limit: Int = .max) -> Piece {
        var piece = Piece()
        for entry in entries where admits(entry) {
            for event in entry.events where FeedCursor(position: entry.position, seq: event.seq) > cursor {
                if admits(event, of: entry) { piece.bytes.append(contentsOf: event.frame) }
                if case .finished(let status)? = event.fact, ending?.uuid == entry.stream {
                    piece.end = status
                    return piece
                }
            }
            if piece.bytes.count >= limit {
                piece.cutAt = entry.position
                return piece
            }
        }
        return piece
    }
}

/// The last event of an execution's stream.
func endFrame(_ status: ExecutionStatus) -> [UInt8] { eventFrame("end", ["status": .string(status.rawValue)]) }
