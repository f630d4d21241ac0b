/// Finds the route of a method and a path: a literal segment wins over a parameter.
package struct Router: Sendable {
    package enum Match: Sendable {
        case route(Route, parameters: [String: String])
        /// The path exists for these methods only.
        case methods([Method])
        case nothing
    }

    private final class Node: Sendable {
        let literals: [String: Node]
        let parameter: Node?
        let rest: Node?
        let routes: [Method: Route]

        init(_ routes: [Route], depth: Int) {
            var ending: [Method: Route] = [:]
            var byLiteral: [String: [Route]] = [:]
            var byParameter: [Route] = []
            var byRest: [Route] = []
            for route in routes {
                guard depth < route.path.segments.count else {
                    ending[route.method] = route
                    continue
                }
                switch route.path.segments[depth] {
                case .literal(let text): byLiteral[text, default: []].append(route)
                case .parameter: byParameter.append(route)
                case .rest: byRest.append(route)
                }
            }
            self.routes = ending
            literals = byLiteral.mapValues { Node($0, depth: depth + 1) }
            parameter = byParameter.isEmpty ? nil : Node(byParameter, depth: depth + 1)
            rest = byRest.isEmpty ? nil : Node(byRest, depth: depth + 1)
        }
    }

    private let root: Node

    package init(_ routes: [Route]) { root = Node(routes, depth: 0) }

    package func match(_ method: String, _ path: String) -> Match {
        guard path.utf8.first == UInt8(ascii: "/"), path == "/" || !path.hasSuffix("/") else { return .nothing }
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        guard !segments.contains(""), let node = find(segments[...], from: root), !node.routes.isEmpty else {
            return .nothing
        }
        let wanted = method == "HEAD" ? "GET" : method
        guard let word = Method(rawValue: wanted), let route = node.routes[word] else {
            return .methods(node.routes.keys.sorted())
        }
        return .route(route, parameters: parameters(of: route.path, in: segments))
    }

    /// Depth first, the literal branch before the parameter, so `/executions/bulk` never reads as an id.
    private func find(_ segments: ArraySlice<Substring>, from node: Node) -> Node? {
        guard let first = segments.first else { return node.routes.isEmpty ? nil : node }
        let rest = segments.dropFirst()
        if let next = node.literals[String(first)], let found = find(rest, from: next) { return found }
        return node.parameter.flatMap { find(rest, from: $0) } ?? node.rest
    }

    private func parameters(of pattern: PathPattern, in segments: [Substring]) -> [String: String] {
        var values: [String: String] = [:]
        for (index, segment) in pattern.segments.enumerated() where index < segments.count {
            switch segment {
            case .literal: break
            case .parameter(let name): values[name] = String(segments[index])
            case .rest(let name): values[name] = segments[index...].joined(separator: "/")
            }
        }
        return values
    }
}
