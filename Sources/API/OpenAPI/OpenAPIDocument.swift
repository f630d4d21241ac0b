package import Domain
import Wire

/// The OpenAPI 3.1 document of a route table: printed from the rows that dispatch, so it cannot drift.
package enum OpenAPIDocument {
    package static func document(of routes: [Route], version: String) -> JSONValue {
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes {
            paths[route.path.description, default: [:]][route.method.rawValue.lowercased()] = operation(route)
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": "Assay", "version": .string(version), "description": .string(overview)],
            "servers": [["url": "/"]],
            "paths": .object(paths.mapValues(JSONValue.object)),
            "components": ["schemas": AnswerShapes.components, "securitySchemes": securitySchemes],
        ]
    }

    private static let overview = """
        Errors are application/problem+json; docs/api/problems.md lists every code. Times are RFC 3339 in UTC with \
        milliseconds; durations are integers named …Ms. Lists answer {items, nextCursor}.
        """

    private static let securitySchemes: JSONValue = [
        "bearer": ["type": "http", "scheme": "bearer", "description": "Access token, API token or agent credential."],
        "cookie": ["type": "apiKey", "in": "cookie", "name": "assay_access"],
    ]

    private static func operation(_ route: Route) -> JSONValue {
        var members: [String: JSONValue] = [
            "summary": .string(route.summary), "operationId": .string(operationID(route)),
            "tags": [.string(tag(route.path))], "parameters": .array(parameters(route)),
            "responses": .object(responses(route)), "security": security(route.access),
        ]
        if let permission = permission(route.access) { members["description"] = .string("Needs \(permission).") }
        if let body = requestBody(route.body) { members["requestBody"] = body }
        return .object(members)
    }

    /// `GET /api/v1/executions/{id}/steps` → `getExecutionsIdSteps`.
    static func operationID(_ route: Route) -> String {
        let words = route.path.segments.flatMap { segment -> [Substring] in
            switch segment {
            case .literal(let text): text.split { !$0.isLetter && !$0.isNumber }
            case .parameter(let name), .rest(let name): [name[...]]
            }
        }
        let kept = words.starts(with: ["api", "v1"]) ? words.dropFirst(2) : words[...]
        return route.method.rawValue.lowercased() + kept.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func tag(_ path: PathPattern) -> String {
        let literals = path.segments.compactMap { if case .literal(let text) = $0 { text } else { nil } }
        if literals.first == "agent" { return "agent protocol" }
        return literals.first == "api" ? literals.dropFirst(2).first ?? "api" : "operations"
    }

    private static func permission(_ access: RouteAccess) -> String? {
        switch access {
        case .anyone, .signedIn: nil
        case .project(let permission, _): "`\(permission.rawValue)` in the project"
        case .admin: "an administrator"
        case .agent: "an agent's credential"
        }
    }

    private static func security(_ access: RouteAccess) -> JSONValue {
        switch access {
        case .anyone: []
        case .agent: [["bearer": []]]
        case .signedIn, .project, .admin: [["bearer": []], ["cookie": []]]
        }
    }

    private static func parameters(_ route: Route) -> [JSONValue] {
        let path = route.path.parameterNames.map { name -> JSONValue in
            ["name": .string(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
        let query = route.query.map { parameter -> JSONValue in
            var members: [String: JSONValue] = [
                "name": .string(parameter.name), "in": "query", "required": .bool(parameter.isRequired),
                "description": .string(parameter.doc), "schema": parameter.shape.schema,
            ]
            if parameter.isList {
                members["schema"] = ["type": "array", "items": parameter.shape.schema]
                members["style"] = "form"
                members["explode"] = false
            }
            return .object(members)
        }
        return path + query
    }

    private static func requestBody(_ body: BodyKind) -> JSONValue? {
        switch body {
        case .none: nil
        // An empty body is read as an empty object.
        case .json(let shape), .definition(let shape):
            content(["application/json"], shape.schema, isRequired: !shape.faults(in: [:]).isEmpty)
        case .document(let shape): content(["application/json", "application/yaml"], shape.schema, isRequired: true)
        case .raw: content(["application/json"], ["type": "object"], isRequired: true)
        case .file: content(["application/octet-stream"], nil, isRequired: true)
        }
    }

    private static func content(_ types: [String], _ schema: JSONValue?, isRequired: Bool) -> JSONValue {
        let media: JSONValue = schema.map { ["schema": $0] } ?? [:]
        let content = Dictionary(uniqueKeysWithValues: types.map { ($0, media) })
        return ["required": .bool(isRequired), "content": .object(content)]
    }

    private static func responses(_ route: Route) -> [String: JSONValue] {
        var success: [String: JSONValue] = ["description": .string(route.answer.doc)]
        switch route.answer.body {
        case nil: break
        case .one(let name)?: success["content"] = json(reference(name))
        case .page(let name)?:
            success["content"] = json([
                "type": "object", "required": ["items", "nextCursor"],
                "properties": [
                    "items": ["type": "array", "items": reference(name)], "nextCursor": ["type": ["string", "null"]],
                ],
            ])
        case .object?: success["content"] = json(["type": "object"])
        case .other(let mediaType)?: success["content"] = .object([mediaType: [:]])
        }
        let problem: JSONValue = [
            "description": "Any error.", "content": ["application/problem+json": ["schema": reference("Problem")]],
        ]
        return [String(route.answer.status): .object(success), "default": problem]
    }

    private static func json(_ schema: JSONValue) -> JSONValue { ["application/json": ["schema": schema]] }

    private static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/components/schemas/\(name)")] }
}
