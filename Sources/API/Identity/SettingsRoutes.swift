import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let settings: [Route] = [
        Route(
            .get, "/api/v1/secrets", .project(.readSecretNames, .query), "List the names of secrets", query: [.project],
            answer: AnswerDoc(200, "Names; values never leave.", .page("SecretName"))
        ) { call in
            let names = try call.services.secrets.names(project: try call.project())
            return .page(names.map { ["name": .string($0.name), "updatedAt": .time($0.updatedAt)] })
        },
        Route(
            .put, "/api/v1/secrets/{name}", .project(.manageSecrets, .query), "Set a secret", query: [.project],
            body: .json(SetSecretRequest.shape), answer: AnswerDoc(204, "Stored, encrypted.")
        ) { call in
            let request = try call.read(SetSecretRequest.self)
            try call.services.secrets.put(
                call.parameter("name"), value: request.value, project: try call.project(), by: call.caller)
            return .empty
        },
        Route(
            .delete, "/api/v1/secrets/{name}", .project(.manageSecrets, .query), "Delete a secret", query: [.project],
            answer: AnswerDoc(204, "Deleted.")
        ) { call in
            try call.services.secrets.delete(call.parameter("name"), project: try call.project(), by: call.caller)
            return .empty
        },
        Route(
            .get, "/api/v1/environments", .project(.read, .query), "List environments",
            query: [.project] + QueryParameter.paging, answer: AnswerDoc(200, "Environments.", .page("Environment"))
        ) { call in
            let project = try call.project()
            return try call.page(
                { try call.services.environments.list(project: project, cursor: $0, limit: $1) }, \.json)
        },
        Route(
            .post, "/api/v1/environments", .project(.manageEnvironments, .query), "Add an environment",
            query: [.project], body: .json(CreateEnvironmentRequest.shape),
            answer: AnswerDoc(201, "The environment.", .one("Environment"))
        ) { call in
            let request = try call.read(CreateEnvironmentRequest.self)
            let environment = try call.services.environments.create(
                request.name, variables: request.variables ?? [:], project: try call.project(), by: call.caller)
            return .json(
                environment.json, status: 201,
                headers: [
                    ("Location", "/api/v1/environments/\(environment.name)?project=\(try call.projectKey())"),
                    ("ETag", Conditional.tag(version: environment.version)),
                ])
        },
        Route(
            .put, "/api/v1/environments/{name}", .project(.manageEnvironments, .query), "Replace an environment",
            query: [.project], body: .json(SetEnvironmentRequest.shape),
            answer: AnswerDoc(200, "The environment.", .one("Environment"))
        ) { call in
            let request = try call.read(SetEnvironmentRequest.self)
            let environment = try call.services.environments.put(
                call.parameter("name"), variables: request.variables, ifMatch: call.versionMatch,
                project: try call.project(), by: call.caller)
            return .json(environment.json, headers: [("ETag", Conditional.tag(version: environment.version))])
        },
        Route(
            .delete, "/api/v1/environments/{name}", .project(.manageEnvironments, .query), "Delete an environment",
            query: [.project], answer: AnswerDoc(204, "Deleted.")
        ) { call in
            try call.services.environments.delete(
                call.parameter("name"), ifMatch: call.versionMatch, project: try call.project(), by: call.caller)
            return .empty
        },
    ]
}
