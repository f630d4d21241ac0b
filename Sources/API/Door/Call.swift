package import Domain
package import FastCGI
import FoundationEssentials
package import Identity
package import Wire

/// One admitted request on its way to a handler: credentials, permission, query and body are already checked.
package struct Call: Sendable {
    package let request: Request
    package let context: RequestContext
    package let services: Services
    /// Values of the path's parameters.
    package let parameters: [String: String]
    /// Checked values of the query string.
    package let query: Query
    /// The checked body; `.null` for routes without a JSON body.
    package let body: JSONValue

    package init(
        request: Request, context: RequestContext, services: Services, parameters: [String: String] = [:],
        query: Query = Query([:]), body: JSONValue = .null
    ) {
        self.request = request
        self.context = context
        self.services = services
        self.parameters = parameters
        self.query = query
        self.body = body
    }

    package var now: Timestamp { context.now }
    package var caller: Caller { context.caller }

    /// The signed-in person; routes for people only call it, so anybody else gets 401.
    package func principal() throws -> Principal {
        guard case .person(let principal) = context.requester else { throw Problem(.unauthenticated) }
        return principal
    }

    /// The agent; routes of the agent protocol only call it.
    package func agent() throws -> ID<Agent> {
        guard case .agent(let agent) = context.requester else { throw Problem(.unauthenticated) }
        return agent
    }

    /// The project the permission was checked in.
    package func project() throws -> ID<Project> {
        try projectRef().id
    }

    /// The key of the project the permission was checked in.
    package func projectKey() throws -> String { try projectRef().key }

    package func projectRef() throws -> ProjectRef {
        guard let project = context.project else { throw Problem(.notFound) }
        return project
    }

    package func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The id in the path; text that is no id names nothing, so 404.
    package func id<Entity>(_ name: String = "id") throws -> ID<Entity> {
        guard let id = ID<Entity>(parameter(name)) else { throw Problem(.notFound) }
        return id
    }

    /// The body as `type`, whose shape the route has checked.
    package func read<Body: RequestBody>(_ type: Body.Type) throws -> Body {
        do {
            return try JSONDecoder().decode(type, from: Data(body.serialized()))
        } catch let error as DecodingError {
            throw Problem(decoding: error)
        }
    }
}

extension Problem {
    /// A body that fits its shape but not its type: the shape is too wide, yet the sender learns the place.
    init(decoding error: DecodingError) {
        let (path, message): ([any CodingKey], String) =
            switch error {
            case .keyNotFound(let key, let context): (context.codingPath + [key], "is required")
            case .typeMismatch(_, let context): (context.codingPath, "has the wrong type")
            case .valueNotFound(_, let context): (context.codingPath, "must not be null")
            case .dataCorrupted(let context): (context.codingPath, "is not valid")
            @unknown default: ([], "is not valid")
            }
        let pointer = path.map { "/" + ($0.intValue.map(String.init) ?? escapedPointerToken($0.stringValue)) }.joined()
        self = .invalid(pointer, message)
    }
}
