import ClientCommands
import Doubles
import Glibc
import Testing

@Suite struct LoginTests {
    private func server() throws -> Terminal {
        try Terminal { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/auth/login"):
                request.text.contains("asked") || request.text.contains("right")
                    ? .json(200, #"{"token":"jwt"}"#) : problem(401, "e-mail or password is wrong")
            case ("POST", "/api/v1/tokens"):
                request.header("authorization") == "Bearer jwt" ? .json(201, #"{"token":"api-token"}"#) : .reply(403)
            case ("GET", "/api/v1/auth/me"):
                request.header("authorization") == "Bearer nope"
                    ? problem(401, "unknown token") : .json(200, #"{"user":{"email":"me@example.org"}}"#)
            case ("GET", "/api/v1/executions"):
                .json(200, #"{"items":[],"nextCursor":null}"#)
            default: .reply(404)
            }
        }
    }

    @Test func `a password becomes a stored token that later commands use`() throws {
        let terminal = try server()
        let url = terminal.server.url
        let outcome = runAssay(
            ["login", "--url", url + "/", "--email", "me@example.org", "--password", "right"],
            terminal.context(token: nil))
        #expect(outcome.code == 0 && outcome.message == nil)
        #expect(terminal.text == "Logged in to \(url) as me@example.org.\n")
        var status = stat()
        #expect(stat(terminal.directory + "/config/credentials.json", &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
        #expect(terminal.server.requests.contains { $0.text.contains(#""scopes":["read","write"]"#) })
        let watch = runAssay(["watch"], terminal.context(token: nil))
        #expect(watch.message == "assay: the project has no runs yet")
        #expect(terminal.server.requests.last?.header("authorization") == "Bearer api-token")
    }

    @Test func `a password can be asked for and a token given`() throws {
        let terminal = try server()
        let url = terminal.server.url
        #expect(runAssay(["login", "--url", url, "--email", "me@x.org"], terminal.context(token: nil)).code == 0)
        #expect(runAssay(["login", "--token", "tt"], terminal.context(token: nil)).code == 0)
        #expect(terminal.server.requests.last?.header("authorization") == "Bearer tt")
    }

    @Test func `a login that fails says why and stores nothing`() throws {
        let terminal = try server()
        let url = terminal.server.url
        let cases: [([String], String)] = [
            (["--url", url, "--email", "a@b", "--password", "no"], "e-mail or password is wrong"),
            (["--url", url, "--token", "nope"], "unknown token"), (["--url", url], "say who logs in"),
            (["--url", "assay"], "is not an address"),
        ]
        for (options, words) in cases {
            let outcome = runAssay(["login"] + options, terminal.context(token: nil))
            #expect(outcome.code == 2 && outcome.message?.contains(words) == true, "\(outcome.message ?? "")")
        }
        #expect(access(terminal.directory + "/config/credentials.json", F_OK) != 0)
    }

    @Test func `a stored token does not go to another server`() throws {
        let terminal = try server()
        _ = runAssay(["login", "--url", terminal.server.url, "--token", "tt"], terminal.context(token: nil))
        let outcome = runAssay(["watch"], terminal.context(token: nil, url: "http://127.0.0.1:1"))
        #expect(outcome.message?.contains("no token for http://127.0.0.1:1") == true)
    }

    @Test func `without a login the way out is told`() throws {
        let terminal = try server()
        let outcome = runAssay(["watch"], terminal.context(token: nil))
        #expect(outcome.code == 2 && outcome.message?.contains("assay login") == true)
    }

    @Test func `help is help and nonsense is code 2`() throws {
        let terminal = try server()
        #expect(terminal.run("--help").code == 0 && terminal.text.contains("SUBCOMMANDS"))
        #expect(terminal.run("run", "--help").code == 0 && terminal.text.contains("USAGE: assay run"))
        #expect(terminal.run().code == 0)
        let outcome = terminal.run("frobnicate")
        #expect(outcome.code == 2 && outcome.message?.contains("frobnicate") == true)
    }
}
