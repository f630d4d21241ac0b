import Daemon
import Testing

private enum Mode: String, CaseIterable { case fast, safe }

@Suite struct EnvironmentTests {
    @Test func `what is unset has its default`() throws {
        var environment = Environment(["EMPTY": ""])
        let home = environment.text("HOME_DIR", default: "var", doc: "Where files live.")
        #expect(home == "var")
        let empty = environment.text("EMPTY", default: "x", doc: "Empty counts as unset.")
        #expect(empty == "x")
        let nothing = environment.optionalText("NOTHING", doc: "Optional.")
        #expect(nothing == nil)
        let port = environment.integer("PORT", default: 8080, in: 1...65535, doc: "Port.")
        #expect(port == 8080)
        let tls = environment.flag("TLS", default: false, doc: "TLS.")
        #expect(tls == false)
        let mode = environment.choice("MODE", default: Mode.safe, doc: "Mode.")
        #expect(mode == .safe)
        let key = environment.secret("KEY", doc: "Key.")
        #expect(key == "")
        try environment.finish()
    }

    @Test func `what is set is read by its type`() throws {
        var environment = Environment([
            "HOME_DIR": "/srv", "PORT": "80", "TLS": "Yes", "PLAIN": "off", "MODE": "fast", "KEY": "s3cret",
            "NAME": "n",
        ])
        let home = environment.text("HOME_DIR", default: "var", doc: "")
        #expect(home == "/srv")
        let name = environment.optionalText("NAME", doc: "")
        #expect(name == "n")
        let required = environment.requiredText("NAME", doc: "")
        #expect(required == "n")
        let port = environment.integer("PORT", default: 8080, doc: "")
        #expect(port == 80)
        let tls = environment.flag("TLS", default: false, doc: "")
        #expect(tls)
        let plain = environment.flag("PLAIN", default: true, doc: "")
        #expect(!plain)
        let mode = environment.choice("MODE", default: Mode.safe, doc: "")
        #expect(mode == .fast)
        let key = environment.secret("KEY", doc: "")
        #expect(key == "s3cret")
        try environment.finish()
    }

    @Test func `every fault is named at once`() {
        var environment = Environment(["PORT": "eighty", "RANGE": "99999", "TLS": "maybe", "MODE": "slow"])
        let port = environment.integer("PORT", default: 1, in: 1...65535, doc: "")
        #expect(port == 1)
        let range = environment.integer("RANGE", default: 1, in: 1...65535, doc: "")
        #expect(range == 1)
        let tls = environment.flag("TLS", default: true, doc: "")
        #expect(tls)
        let mode = environment.choice("MODE", default: Mode.safe, doc: "")
        #expect(mode == .safe)
        let username = environment.requiredText("USER_NAME", doc: "Who logs in.")
        #expect(username == "")
        environment.report("PORT and RANGE exclude each other")
        let error = #expect(throws: ConfigurationError.self) { try environment.finish() }
        #expect(
            error?.description == """
                PORT is not a whole number from 1 to 65535
                RANGE is not a whole number from 1 to 65535
                TLS is not true or false
                MODE is not one of fast, safe
                USER_NAME is not set: Who logs in.
                PORT and RANGE exclude each other
                """)
    }

    @Test func `the listing shows every effective value but secrets`() {
        var environment = Environment(["KEY": "s3cret"])
        _ = environment.integer("PORT", default: 8080, doc: "Port of nginx.")
        _ = environment.secret("KEY", doc: "Signs tokens.")
        _ = environment.secret("OTHER", doc: "Unset.")
        #expect(
            environment.listing == """
                PORT=8080  # default: Port of nginx.
                KEY=***    # set: Signs tokens.
                OTHER=     # default: Unset.

                """)
        #expect(environment.entries.map(\.isDefault) == [true, false, true])
    }

    @Test func `the process has an environment`() {
        var environment = Environment.ofProcess()
        let path = environment.optionalText("PATH", doc: "")
        #expect(path != nil)
    }
}
