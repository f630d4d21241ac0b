package import Domain
package import Wire

/// `POST /auth/login`.
package struct LoginRequest: RequestBody {
    package let email: String
    package let password: String

    package static var shape: Shape {
        .object([
            .required("email", .text(3...254), "Your e-mail address."),
            .required("password", .text(1...1024), "Your password."),
        ])
    }
}

/// `POST /tokens`.
package struct CreateTokenRequest: RequestBody {
    package let name: String
    package let scopes: [String]
    package let project: String?
    package let expiresAt: Timestamp?

    package static var shape: Shape {
        .object([
            .required("name", .name, "What the token is for."),
            .required(
                "scopes", .array(.words(Scope.allCases.map(\.rawValue)), 1...4), "What the token may do at most."),
            .optional("project", Shape.key.orNull, "Limits the token to one project."),
            .optional("expiresAt", Shape.time.orNull, "When it stops working; default never."),
        ])
    }
}

/// `POST /users`.
package struct CreateUserRequest: RequestBody {
    package let email: String
    package let name: String
    package let password: String?
    package let admin: Bool?

    package static var shape: Shape {
        .object([
            .required("email", .text(3...254, .email), "Unique e-mail address; the login name."),
            .required("name", .name, "Name that people read."),
            .optional(
                "password", .text(Limits.password),
                "First password, at least 8 characters; without one the user sets it by a link."),
            .optional("admin", .boolean, "Whether the user may do everything; default false."),
        ])
    }
}

/// `PATCH /users/{id}`.
package struct UpdateUserRequest: RequestBody {
    package let disabled: Bool?
    package let password: String?

    package static var shape: Shape {
        .object([
            .optional("disabled", .boolean, "A disabled user cannot log in; open sessions and tokens stop working."),
            .optional("password", .text(Limits.password), "New password; open sessions end."),
        ])
    }
}

/// `POST /projects`.
package struct CreateProjectRequest: RequestBody {
    package let key: String
    package let name: String

    package static var shape: Shape {
        .object([
            .required("key", .key, "Short unique key used in addresses."),
            .required("name", .name, "Name that people read."),
        ])
    }
}

/// `POST /projects/{p}/archive`.
package struct ArchiveRequest: RequestBody {
    package let key: String

    package static var shape: Shape {
        .object([.required("key", .key, "The project's key once more, so that no other one is meant.")])
    }
}

/// `PUT /projects/{p}/members/{userId}`.
package struct SetMemberRequest: RequestBody {
    package let role: String

    package static var shape: Shape {
        .object([.required("role", .words(Role.assignable.map(\.rawValue)), "What the member may do in this project.")])
    }
}

/// `PUT /secrets/{name}`.
package struct SetSecretRequest: RequestBody {
    package let value: String

    package static var shape: Shape {
        .object([.required("value", .text(Limits.secret), "The secret; never readable again.")])
    }
}

/// `POST /environments`.
package struct CreateEnvironmentRequest: RequestBody {
    package let name: String
    package let variables: [String: String]?

    package static var shape: Shape {
        .object([
            .required("name", .key, "Key of the environment."),
            .optional("variables", variablesShape, "Variables that `${NAME}` substitutes."),
        ])
    }

    static var variablesShape: Shape { .map(.text(Limits.valueText), keys: .variable, Limits.parameters) }
}

/// `PUT /environments/{name}`.
package struct SetEnvironmentRequest: RequestBody {
    package let variables: [String: String]

    package static var shape: Shape {
        .object([.required("variables", CreateEnvironmentRequest.variablesShape, "Replaces all variables.")])
    }
}
