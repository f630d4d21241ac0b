/// Which versions of a thing a change may replace: what a client says with `If-Match`.
package enum VersionMatch: Hashable, Sendable, ExpressibleByIntegerLiteral {
    /// Whichever is current, or none.
    case any
    /// Whichever is current, as long as there is one.
    case existing
    /// One of these.
    case among(Set<Int>)

    package init(integerLiteral version: Int) { self = .among([version]) }

    /// Whether a change of the current version may go on; nil when there is none yet.
    package func admits(_ current: Int?) -> Bool {
        switch self {
        case .any: true
        case .existing: current != nil
        case .among(let versions): current.map(versions.contains) ?? false
        }
    }
}
