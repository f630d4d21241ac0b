package import Domain
import MariaDB

/// One row of the feed: consecutive events of one stream, announced in one position.
package struct FeedRow: Equatable, Sendable {
    package let pos: Int64
    package let project: ID<Project>?
    /// The tree an execution belongs to; nil for a fact of none.
    package let root: ID<Execution>?
    package let stream: UUIDv7
    package let seqs: ClosedRange<Int>
    package let topics: FeedTopics

    static let columns: SQL = "pos, project_id, root_id, stream_id, seq_from, seq_to, topics"

    package init(
        pos: Int64, project: ID<Project>?, root: ID<Execution>?, stream: UUIDv7, seqs: ClosedRange<Int>,
        topics: FeedTopics
    ) {
        self.pos = pos
        self.project = project
        self.root = root
        self.stream = stream
        self.seqs = seqs
        self.topics = topics
    }

    /// nil for the jump row of a take-over, which announces nothing.
    init?(_ row: Row) throws(DatabaseError) {
        guard let stream = try row.uuidOrNil("stream_id") else { return nil }
        let from = try row.int("seq_from")
        self.init(
            pos: try row.int64("pos"), project: try row.idOrNil("project_id"), root: try row.idOrNil("root_id"),
            stream: stream, seqs: from...max(from, try row.int("seq_to")),
            topics: FeedTopics(rawValue: UInt16(clamping: try row.int("topics"))))
    }

    /// What `set_aside` keeps of it: a later try must not need the feed, which is purged.
    var detail: JSONValue {
        [
            "pos": .integer(pos), "project": project.map { .string($0.description) } ?? .null,
            "root": root.map { .string($0.description) } ?? .null, "stream": .string(stream.description),
            "from": .integer(Int64(seqs.lowerBound)), "to": .integer(Int64(seqs.upperBound)),
            "topics": .integer(Int64(topics.rawValue)),
        ]
    }

    /// nil when `detail` is no row of a feed.
    init?(detail: JSONValue) {
        guard let pos = detail["pos"]?.integer, let stream = detail["stream"]?.string.flatMap({ UUIDv7($0) }),
            let from = detail["from"]?.integer, let to = detail["to"]?.integer, from <= to
        else { return nil }
        self.init(
            pos: pos, project: detail["project"]?.string.flatMap { UUIDv7($0) }.map { ID($0) },
            root: detail["root"]?.string.flatMap { UUIDv7($0) }.map { ID($0) }, stream: stream,
            seqs: Int(clamping: from)...Int(clamping: to),
            topics: FeedTopics(rawValue: UInt16(clamping: detail["topics"]?.integer ?? 0)))
    }
}
