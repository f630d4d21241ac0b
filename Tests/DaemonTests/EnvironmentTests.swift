import Daemon
import Testing

private enum Mode: String, CaseIterable { case fast, safe }

@Suite struct EnvironmentTests {
    @Test func `what is unset has its default`() throws {
        var environment = Environment(["EMPTY": ""])
        #expect(environment.text("HOME_DIR", default: "var", doc: "Where files live.") == "var")
        #expect(environment.text("EMPTY", default: "x", doc: "Empty counts as unset.") == "x")
        #expect(environment.optionalText("NOTHING", doc: "Optional.") == nil)
        #expect(environment.integer("PORT", default: 8080, in: 1...65535, doc: "Port.") == 8080)
        #expect(environment.flag("TLS", default: false, doc: "TLS.") == false)
        #expect(environment.choice("MODE", default: Mode.safe, doc: "Mode.") == .safe)
        #expect(environment.secret("KEY", doc: "Key.") == "")
        try environment.finish()
    }

    @Test func `what is set is read by its type`() throws {
        var environment = Environment([
            "HOME_DIR": "/srv", "PORT": "80", "TLS": "Yes", "PLAIN": "off", "MODE": "fast", "KEY": "s3cret", "NAME": "n",
        ])
        #expect(environment.text("HOME_DIR", default: "var", doc: "") == "/srv")
        #expect(environment.optionalText("NAME", doc: "") == "n")
        #expect(environment.requiredText("NAME", doc: "") == "n")
        #expect(environment.integer("PORT", default: 8080, doc: "") == 80)
        #expect(environment.flag("TLS", default: false, doc: ""))
        #expect(!environment.flag("PLAIN", default: true, doc: ""))
        #expect(environment.choice("MODE", default: Mode.safe, doc: "") == .fast)
        #expect(environment.secret("KEY", doc: "") == "s3cret")
        try environment.finish()
    }

    @Test func `every fault is named at once`() {
        var environment = Environment(["PORT": "eighty", "RANGE": "99999", "TLS": "maybe", "MODE": "slow"])
        #expect(environment.integer("PORT", default: 1, in: 1...65535, doc: "") == 1)
        #expect(environment.integer("RANGE", default: 1, in: 1...65535, doc: "") == 1)
        #expect(environment.flag("TLS", default: true, doc: ""))
        #expect(environment.choice("MODE", default: Mode.safe, doc: "") == .safe)
        #expect(environment.requiredText("USER_NAME", doc: "Who logs in.") == "")
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
        #expect(environment.optionalText("PATH", doc: "") != nil)
    }
}
