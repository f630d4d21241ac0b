/// A path with parameters, `/executions/{id}/steps`; a last parameter `{name…}` takes the whole rest.
package struct PathPattern: Hashable, Sendable, CustomStringConvertible {
    package enum Segment: Hashable, Sendable {
        case literal(String)
        case parameter(String)
        /// The rest of the path, slashes included.
        case rest(String)
    }

    package let segments: [Segment]
    package let description: String

    package init(_ text: String) {
        description = text.filter { $0 != "…" }
        segments = text.split(separator: "/").map { piece in
            guard piece.hasPrefix("{"), piece.hasSuffix("}") else { return .literal(String(piece)) }
            let name = piece.dropFirst().dropLast()
            return name.hasSuffix("…") ? .rest(String(name.dropLast())) : .parameter(String(name))
        }
    }

    /// Names of the parameters, in order.
    package var parameterNames: [String] {
        segments.compactMap { segment in
            switch segment {
            case .literal: nil
            case .parameter(let name), .rest(let name): name
            }
        }
    }
}
