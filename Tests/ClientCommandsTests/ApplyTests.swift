import ClientCommands
import Doubles
import Testing

@Suite struct ApplyTests {
    private let answer =
        #"{"dryRun":true,"changes":[{"kind":"testCase","key":"a","action":"create","fields":["steps"]},{"kind":"testSuite","key":"s","action":"update","fields":["steps","tags"]},{"kind":"testItem","key":"i","action":"unchanged","fields":[]}]}"#

    @Test func `a file is sent as it is and the changes are printed`() throws {
        let terminal = try Terminal { [answer] _ in .json(200, answer) }
        let path = terminal.write("assay.yaml", "testCases:\n- key: a\n")
        let outcome = terminal.run("apply", path, "--project", "shop", "--dry-run")
        #expect(outcome.code == 0)
        #expect(
            terminal.lines == [
                "+ testCase a", "~ testSuite s: steps, tags", "Dry run: 1 created, 1 updated, 1 unchanged.",
            ])
        let request = try #require(terminal.server.requests.first)
        #expect(request.target == "/api/v1/catalog/apply?project=shop&dryRun=true")
        #expect(request.header("content-type") == "application/yaml" && request.text == "testCases:\n- key: a\n")
    }

    @Test func `a directory stands for its definitions`() throws {
        let terminal = try Terminal { [answer] _ in .json(200, answer) }
        for name in ["b.yml", "c.json", "assay.yaml", "notes.txt"] { _ = terminal.write(name, name) }
        #expect(terminal.run("apply", terminal.directory).code == 0)
        #expect(terminal.server.requests.map(\.text) == ["assay.yaml", "b.yml", "c.json"])
        #expect(terminal.server.requests.last?.header("content-type") == "application/json")
        #expect(terminal.lines.last == "3 created, 3 updated, 3 unchanged.")
        #expect(terminal.run("apply", "-").code == 0)
        #expect(terminal.server.requests.last?.text == "testCases: []")
    }

    @Test func `faults name the file and the field`() throws {
        let terminal = try Terminal { _ in
            problem(
                422, "the document has faults", #","errors":[{"pointer":"/testCases/0/steps","message":"is required"}]"#
            )
        }
        let path = terminal.write("assay.yaml", "x")
        let outcome = terminal.run("apply", path)
        #expect(outcome.code == 2)
        #expect(outcome.message == "assay: \(path): the document has faults\n  /testCases/0/steps: is required")
        #expect(terminal.run("apply", terminal.directory + "/absent.yaml").message?.contains("cannot be read") == true)
        #expect(terminal.run("apply").message?.contains("assay.yaml") == true)
        let empty = terminal.directory + "/config"
        _ = runAssay(["login", "--token", "x", "--url", terminal.server.url], terminal.context())
        #expect(terminal.run("apply", empty).message != nil)
    }
}
