import Domain
package import Wire

/// `PATCH /auth/me`.
package struct RenameRequest: RequestBody {
    package let name: String

    package static var shape: Shape { .object([.required("name", .name, "Name that people read.")]) }
}

/// `PUT /auth/password`.
package struct ChangePasswordRequest: RequestBody {
    package let currentPassword: String
    package let password: String

    package static var shape: Shape {
        .object([
            .required("currentPassword", .text(1...1024), "The password of now."),
            .required("password", .text(Limits.password), "The new one, at least 8 characters."),
        ])
    }
}

/// `POST /auth/password-links/redemption`.
package struct RedeemLinkRequest: RequestBody {
    package let token: String
    package let password: String

    package static var shape: Shape {
        .object([
            .required("token", .text(1...100), "What the link carries."),
            .required("password", .text(Limits.password), "Your new password, at least 8 characters."),
        ])
    }
}
