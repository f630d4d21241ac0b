package import ArgumentParser
import Domain

/// Stores the address of a server and a token for it.
package struct LoginCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Store the address of a server and a token for it.",
        discussion: """
            With an e-mail address and password a token of 90 days is made; with --token that token is stored. \
            The file ~/.config/assay/credentials.json can be read by its owner only.
            """)

    @Option(help: "Address of the server; default ASSAY_URL or http://127.0.0.1:8080.")
    var url: String?

    @Option(help: "E-mail address of the user.")
    var email: String?

    @Option(help: "Password; asked for when absent.")
    var password: String?

    @Option(help: "API token to store instead of logging in with a password.")
    var token: String?

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let url = trimmed(url ?? context.url ?? Credentials.stored(context)?.url ?? "http://127.0.0.1:8080")
        guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ClientError("'\(url)' is not an address: it begins with http:// or https://")
        }
        var given = token
        if given == nil { given = try logIn(url, context) }
        let token = given ?? ""
        let me = try ServerClient(url: url, token: token, context).get("/auth/me")
        try Credentials(url: url, token: token).store(context)
        let user = me["user"] ?? me
        context.print("Logged in to \(url) as \(user["email"]?.string ?? user["name"]?.string ?? "token").")
        return ClientExit.passed
    }

    private func trimmed(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }

    /// Trades the password for an API token: a login's own token lasts minutes only.
    private func logIn(_ url: String, _ context: ClientContext) throws(ClientError) -> String {
        guard let email else { throw ClientError("say who logs in: --email ADDRESS, or --token TOKEN") }
        guard let password = password ?? context.askSecret("Password for \(email): ") else {
            throw ClientError("nobody can be asked for the password here: use --password or --token")
        }
        let answer = try ServerClient(url: url, token: nil, context)
            .post("/auth/login", ["email": .string(email), "password": .string(password)])
        guard let session = answer["token"]?.string else {
            throw ClientError("\(url) does not answer as an Assay server")
        }
        let expiresAt = context.now().adding(ms: 90 * 86_400_000)
        let made = try ServerClient(url: url, token: session, context).post(
            "/tokens",
            ["name": "assay command line", "scopes": ["read", "write"], "expiresAt": .string(expiresAt.description)])
        guard let token = made["token"]?.string else { throw ClientError("\(url) makes no token for \(email)") }
        return token
    }
}
