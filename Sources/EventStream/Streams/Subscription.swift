import Domain

/// One browser stream: what it wants, for whom, and what it has had.
struct Subscription: Sendable, SpokenFor {
    let filter: StreamFilter
    var principal: StreamPrincipal
    var project: ID<Project> { filter.project }
    /// Nothing up to here is sent (again).
    var cursor: FeedCursor
    /// For an execution that was final when the stream opened: where the feed's story of it ends.
    var knownEnd: (behind: Int64, status: ExecutionStatus)?
    /// Whether it has had everything in the ring and now gets what is published; until then it is brought up in pieces.
    var isLive = false
    /// Rows of its next page from the database.
    var pageSize = PageSize()

    /// The status to end with once the feed has been read up to `position`.
    func end(at position: Int64) -> ExecutionStatus? {
        guard let knownEnd, position >= knownEnd.behind else { return nil }
        return knownEnd.status
    }
}
