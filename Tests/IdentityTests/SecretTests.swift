import Domain
import MariaDB
import Testing

@testable import Identity

@Suite struct SecretTests {
    @Test func `a value comes back to its own project only`() throws {
        let cast = try Cast()
        let caller = cast.caller(cast.owner)
        for (index, text) in hostileTexts.filter({ !$0.isEmpty && !$0.utf8.contains(0) }).enumerated() {
            try cast.secrets.put("S\(index)", value: text, project: cast.demo.id, by: caller)
            #expect(try cast.read(["S\(index)"], cast.demo.id) == ["S\(index)": text])
        }
        try cast.secrets.put("S0", value: "new", project: cast.demo.id, by: caller)
        #expect(
            try cast.read(["S0", "MISSING", "'; --"], cast.demo.id) == ["S0": "new"])
        #expect(try cast.read(["S0"], cast.other.id).isEmpty)
        #expect(try cast.read([], cast.demo.id).isEmpty)
        #expect(try cast.secrets.names(project: cast.demo.id).map(\.name).contains("S0"))
        #expect(try cast.secrets.names(project: cast.other.id).isEmpty)
    }

    @Test func `neither the tables nor the log hold the plain text`() throws {
        let cast = try Cast()
        let planted = "planted-value-7261"
        try cast.secrets.put("API_KEY", value: planted, project: cast.demo.id, by: cast.caller(cast.owner))
        let dump = try cast.pool.read { connection in
            try connection.query("SELECT HEX(sealed) AS text FROM secrets").map { try $0.text("text") }
                + (try connection.query(
                    "SELECT CONCAT_WS(' ', target_id, before_value, after_value) AS text FROM audit_log"
                )
                .map { try $0.text("text") })
        }
        let needle = hex(Array(planted.utf8)).uppercased()
        #expect(dump.allSatisfy { !$0.contains(planted) && !$0.contains(needle) })
        #expect(try cast.actions(project: cast.demo.id).contains("secret.put"))
    }

    @Test func `reading values is logged with the run and the names`() throws {
        let cast = try Cast()
        let agent = Caller(kind: .agent, id: UUIDv7(at: Timestamp(milliseconds: 5)), userID: nil, name: "box-1")
        for name in ["B", "A"] { try cast.secrets.put(name, value: "v", project: cast.demo.id, by: .system) }
        _ = try cast.secrets.values(project: cast.demo.id, names: ["B", "A", "GONE"], for: Cast.run, by: agent)
        _ = try cast.secrets.values(project: cast.demo.id, names: ["GONE"], for: Cast.run, by: agent)
        let lines = try cast.audit.list(project: cast.demo.id, cursor: nil, limit: nil).items
            .filter { $0.entry.action == "secret.read" }
        #expect(lines.count == 1 && lines.first?.actorKind == .agent && lines.first?.actorName == "box-1")
        #expect(lines.first?.entry.targetID == Cast.run.description)
        #expect(lines.first?.entry.after == ["names": ["A", "B"]])
    }

    @Test func `a row moved to another name does not open`() throws {
        let cast = try Cast()
        try cast.secrets.put("A", value: "a", project: cast.demo.id, by: .system)
        try cast.pool.transaction { tx in
            _ = try tx.execute("UPDATE secrets SET name = 'B' WHERE project_id = \(cast.demo.id)")
        }
        #expect(throws: IdentityError.sealBroken) { try cast.read(["B"], cast.demo.id) }
    }

    @Test func `names and values are checked`() throws {
        let cast = try Cast()
        for name in ["1A", "A-B", "Ä", String(repeating: "A", count: 64)] + hostileTexts.filter({ $0.count != 5000 }) {
            #expect(throws: IdentityError.self) {
                try cast.secrets.put(name, value: "x", project: cast.demo.id, by: .system)
            }
            #expect(throws: IdentityError.notFound) {
                try cast.secrets.delete(name, project: cast.demo.id, by: .system)
            }
        }
        #expect(throws: IdentityError.invalid([FieldFault("/value", "must not be empty")])) {
            try cast.secrets.put("A", value: "", project: cast.demo.id, by: .system)
        }
        #expect(throws: IdentityError.invalid([FieldFault("/value", "must be at most 65536 characters")])) {
            try cast.secrets.put("A", value: String(repeating: "x", count: 65_537), project: cast.demo.id, by: .system)
        }
        let largest = String(repeating: "x", count: 65_536)
        try cast.secrets.put("A", value: largest, project: cast.demo.id, by: .system)
        #expect(try cast.read(["A"], cast.demo.id)["A"] == largest)
        #expect(throws: IdentityError.notFound) {
            try cast.secrets.put("A", value: "x", project: ID(at: Timestamp(milliseconds: 0)), by: .system)
        }
        try cast.secrets.delete("A", project: cast.demo.id, by: .system)
        #expect(throws: IdentityError.notFound) { try cast.secrets.delete("A", project: cast.demo.id, by: .system) }
    }

    @Test func `a project has at most 1000 secrets`() throws {
        let cast = try Cast()
        try cast.pool.transaction { tx in
            let rows = (0..<1000).map { index -> [SQLValue] in
                [cast.demo.id.sqlValue, .text("N\(index)"), .text("00000000"), .bytes([1]), .time(tx.now)]
            }
            _ = try tx.bulk(
                "INSERT INTO secrets (project_id, name, key_id, sealed, updated_at) VALUES (?, ?, ?, ?, ?)", rows: rows)
        }
        #expect(throws: IdentityError.conflict("a project has at most 1000 secrets")) {
            try cast.secrets.put("ONE_MORE", value: "x", project: cast.demo.id, by: .system)
        }
        try cast.secrets.put("N5", value: "x", project: cast.demo.id, by: .system)
    }

    @Test func `after a rotation all values are sealed again by the new key`() throws {
        let cast = try Cast()
        let old = KeyRing.newFile()
        let before = Secrets(pool: cast.pool, seal: Seal(try KeyRing(file: old)))
        for index in 0..<3 { try before.put("S\(index)", value: "v\(index)", project: cast.demo.id, by: .system) }
        let new = KeyRing.newFile()
        let both = Secrets(pool: cast.pool, seal: Seal(try KeyRing(file: new + old)))
        #expect(try both.sealAgain() == 3)
        #expect(try both.sealAgain() == 0)
        let after = Secrets(pool: cast.pool, seal: Seal(try KeyRing(file: new)))
        #expect(
            try after.values(project: cast.demo.id, names: ["S0", "S1", "S2"]) == ["S0": "v0", "S1": "v1", "S2": "v2"])
    }

    @Test func `environments are kept by name`() throws {
        let cast = try Cast()
        let caller = cast.caller(cast.owner)
        let variables = ["BASE_URL": "http://localhost", "GREETING": "'; DROP TABLE users; -- 🧪"]
        let made = try cast.environments.create("staging", variables: variables, project: cast.demo.id, by: caller)
        #expect(made.version == 1 && made.variables == variables)
        #expect(try cast.environments.find("staging", project: cast.demo.id) == made)
        #expect(throws: IdentityError.conflict("an environment with this name exists")) {
            try cast.environments.create("staging", variables: [:], project: cast.demo.id, by: caller)
        }
        #expect(try cast.environments.put("staging", variables: variables, project: cast.demo.id, by: caller) == made)
        let changed = try cast.environments.put("staging", variables: [:], project: cast.demo.id, by: caller)
        #expect(changed.version == 2 && changed.variables.isEmpty && changed.createdAt == made.createdAt)
        #expect(try cast.environments.find("staging", project: cast.demo.id) == changed)
        _ = try cast.environments.put("a", variables: ["X": "1"], project: cast.demo.id, by: caller)
        let page = try cast.environments.list(project: cast.demo.id, limit: 1)
        #expect(page.items.map(\.name) == ["a"])
        #expect(
            try cast.environments.list(project: cast.demo.id, cursor: page.nextCursor).items.map(\.name) == ["staging"])
        #expect(try cast.environments.list(project: cast.other.id).items.isEmpty)
        #expect(throws: IdentityError.notFound) { try cast.environments.find("staging", project: cast.other.id) }
        #expect(throws: IdentityError.notFound) {
            try cast.environments.delete("staging", project: cast.other.id, by: caller)
        }
        try cast.environments.delete("staging", project: cast.demo.id, by: caller)
        #expect(throws: IdentityError.notFound) { try cast.environments.find("staging", project: cast.demo.id) }
        #expect(throws: IdentityError.self) { try cast.environments.list(project: cast.demo.id, cursor: "'") }
        #expect(
            try cast.actions(project: cast.demo.id).filter { $0.hasPrefix("environment") }.sorted()
                == ["environment.change", "environment.create", "environment.create", "environment.delete"])
    }

    @Test func `environments are checked`() throws {
        let cast = try Cast()
        for name in hostileTexts {
            #expect(throws: IdentityError.self) {
                try cast.environments.put(name, variables: [:], project: cast.demo.id, by: .system)
            }
            #expect(throws: IdentityError.notFound) { try cast.environments.find(name, project: cast.demo.id) }
            #expect(throws: IdentityError.notFound) {
                try cast.environments.delete(name, project: cast.demo.id, by: .system)
            }
        }
        let many = Dictionary(uniqueKeysWithValues: (0..<501).map { ("V\($0)", "") })
        let faults = Environments.faults(
            name: "x", variables: many.merging(["a/b": "", "LONG": String(repeating: "x", count: 65_537)]) { $1 },
            at: "/e/0")
        #expect(faults.map(\.pointer) == ["/e/0/variables", "/e/0/variables/LONG", "/e/0/variables/a~1b"])
        #expect(throws: IdentityError.notFound) {
            try cast.environments.put("x", variables: [:], project: ID(at: Timestamp(milliseconds: 0)), by: .system)
        }
    }
}
