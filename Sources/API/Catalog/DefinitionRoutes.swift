import Catalog
import Domain
import FastCGI
import Identity
import Wire

/// The seven routes of one kind of definition.
struct DefinitionRoutes<Definition: CatalogDefinition> {
    /// More members for each definition, by id.
    typealias Extras = @Sendable ([Versioned<Definition>], Call) throws -> [ID<Definition.Entity>: [String: JSONValue]]
    let path: String
    let noun: String
    let schema: String
    let owner: OwnedKind
    let shape: Shape
    let feature: @Sendable (Services) -> Definitions<Definition>
    private let parameters: [QueryParameter]
    private let extras: Extras

    init(
        path: String, noun: String, schema: String, owner: OwnedKind, shape: Shape,
        feature: @escaping @Sendable (Services) -> Definitions<Definition>, parameters: [QueryParameter] = [],
        extras: @escaping Extras = { _, _ in [:] }
    ) {
        self.path = path
        self.noun = noun
        self.schema = schema
        self.owner = owner
        self.shape = shape
        self.feature = feature
        self.parameters = parameters
        self.extras = extras
    }

    var all: [Route] { [list, create, get, versions, replace, patch, delete] }

    private var list: Route {
        Route(
            .get, path, .project(.read, .query), "List \(noun)s",
            query: [
                .project, QueryParameter("q", .text(1...255), "Text in key or name."),
                QueryParameter("tag", .text(1...63, .label), "Only those with this tag."),
            ]
                + parameters + QueryParameter.paging, answer: AnswerDoc(200, "By key.", .page(schema)), isLive: true
        ) { [feature, extras] call in
            let project = try call.project()
            let key = try call.projectKey()
            let filter = DefinitionFilter(text: call.query.text("q"), tag: call.query.text("tag"))
            var more: [ID<Definition.Entity>: [String: JSONValue]] = [:]
            return try call.page(
                { cursor, limit in
                    let page = try feature(call.services).list(
                        project: project, filter: filter, cursor: cursor, limit: limit)
                    more = try extras(page.items, call)
                    return page
                }, { try $0.json(project: key, more: more[$0.id]) })
        }
    }

    private var create: Route {
        Route(
            .post, path, .project(.editCatalog, .query), "Add a \(noun)", query: [.project], body: .definition(shape),
            answer: AnswerDoc(201, "The \(noun).", .one(schema))
        ) { [feature, path, extras] call in
            let made = try feature(call.services).create(call.body, project: try call.project(), by: call.caller)
            let json = try made.json(project: try call.projectKey(), more: try extras([made], call)[made.id])
            return .json(
                json, status: 201,
                headers: [("Location", "\(path)/\(made.id)"), ("ETag", Conditional.tag(version: made.version))])
        }
    }

    private var get: Route {
        Route(
            .get, path + "/{id}", .project(.read, .owner(owner)), "Show a \(noun)",
            answer: AnswerDoc(200, "The \(noun).", .one(schema))
        ) { [feature, extras] call in
            try call.answer(try feature(call.services).find(try call.id(), project: try call.project()), extras)
        }
    }

    private var versions: Route {
        Route(
            .get, path + "/{id}/versions", .project(.read, .owner(owner)), "List the versions of a \(noun)",
            query: QueryParameter.paging, answer: AnswerDoc(200, "Newest first.", .page(schema))
        ) { [feature] call in
            let id: ID<Definition.Entity> = try call.id()
            let project = try call.project()
            let key = try call.projectKey()
            return try call.page(
                { try feature(call.services).versions(id, project: project, cursor: $0, limit: $1) },
                { try $0.json(project: key, more: nil) })
        }
    }

    private var replace: Route {
        Route(
            .put, path + "/{id}", .project(.editCatalog, .owner(owner)), "Replace a \(noun)", body: .definition(shape),
            answer: AnswerDoc(200, "The \(noun).", .one(schema))
        ) { [feature, extras] call in
            let changed = try feature(call.services).replace(
                try call.id(), with: call.body, ifMatch: call.versionMatch, project: try call.project(),
                by: call.caller)
            return try call.answer(changed, extras)
        }
    }

    private var patch: Route {
        Route(
            .patch, path + "/{id}", .project(.editCatalog, .owner(owner)), "Change fields of a \(noun)",
            body: .definition(shape.partial), answer: AnswerDoc(200, "The \(noun).", .one(schema))
        ) { [feature, extras] call in
            let changed = try feature(call.services).patch(
                try call.id(), with: call.body, ifMatch: call.versionMatch, project: try call.project(),
                by: call.caller)
            return try call.answer(changed, extras)
        }
    }

    private var delete: Route {
        Route(
            .delete, path + "/{id}", .project(.editCatalog, .owner(owner)), "Delete a \(noun)",
            answer: AnswerDoc(204, "Deleted; its versions stay for the runs that used them.")
        ) { [feature] call in
            try feature(call.services).delete(
                try call.id(), ifMatch: call.versionMatch, project: try call.project(), by: call.caller)
            return .empty
        }
    }
}

extension Call {
    fileprivate func answer<Definition>(
        _ one: Versioned<Definition>, _ extras: DefinitionRoutes<Definition>.Extras
    ) throws -> Response {
        .json(
            try one.json(project: try projectKey(), more: try extras([one], self)[one.id]),
            headers: [("ETag", Conditional.tag(version: one.version))])
    }
}

extension Versioned {
    /// - Parameter more: members a list adds.
    fileprivate func json(project: String, more: [String: JSONValue]?) throws -> JSONValue {
        var members = try definition.document().object ?? [:]
        members["id"] = .id(id)
        members["project"] = .string(project)
        members["version"] = .count(version)
        members["createdAt"] = .time(createdAt)
        members["updatedAt"] = .time(updatedAt)
        return .object(members.merging(more ?? [:]) { _, added in added })
    }
}
