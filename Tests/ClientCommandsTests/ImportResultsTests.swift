import Doubles
import Glibc
import Testing

@testable import ClientCommands

/// `assay results import`: which files, what is said of them, and what comes of it.
@Suite struct ImportResultsTests {
    private static func answer(_ state: String, accepted: String = "2", more: String = "") -> String {
        #"{"id":"\#(caseID)","state":"\#(state)","format":"junit","bytes":100,"bytesRead":50,"runs":[{"id":"\#(runID)","number":12,"accepted":\#(accepted),"duplicates":0,"refused":0\#(more)}]}"#
    }

    private func terminal(
        isTerminal: Bool = false, status: String = "failed", first: String = answer("read")
    ) throws -> Terminal {
        try Terminal(isTerminal: isTerminal) { request in
            if request.method == "POST" { return .json(201, first) }
            if request.target.hasPrefix("/api/v1/results/") { return .json(200, Self.answer("read")) }
            return .json(
                200,
                execution(
                    status, kind: "import",
                    more: #","error":{"code":"test_failed","message":"1 of 2 tests did not pass."}"#))
        }
    }

    @Test func `each file is sent as it is, the last one ends the run`() throws {
        let terminal = try terminal()
        let (one, two) = (terminal.write("b.yml", "<one/>"), terminal.write("c.json", "<two/>"))
        let outcome = terminal.run(
            "results", "import", one, two, "--suite", "nightly", "--branch", "topic/a", "--allow-empty")
        #expect(outcome.code == 0)
        let sent = terminal.server.requests.filter { $0.method == "POST" }
        #expect(sent.map(\.text) == ["<one/>", "<two/>"])
        #expect(
            sent.allSatisfy {
                $0.target.hasPrefix("/api/v1/results?project=demo&suite=nightly&branch=topic%2Fa&runKey=")
            })
        #expect(sent[0].target.hasSuffix("&allowEmpty=true&complete=false"))
        #expect(sent[1].target.hasSuffix("&allowEmpty=true&complete=true"))
        #expect(terminal.lines.first == "[1/2] \(one): 2 results (junit)")
        #expect(terminal.lines.last?.hasPrefix("#12 smoke failed: 1 of 2 tests did not pass. http") == true)
    }

    @Test func `the verdict is the exit code only when it is asked for`() throws {
        let failed = try terminal()
        let path = failed.write("b.yml", "<one/>")
        #expect(failed.run("results", "import", path).code == 0)
        #expect(failed.run("results", "import", path, "--fail").code == 1)
        let passed = try terminal(status: "passed")
        #expect(passed.run("results", "import", passed.write("b.yml", "<one/>"), "--fail").code == 0)
    }

    @Test func `a large file is waited for, and its progress shown`() throws {
        let terminal = try terminal(isTerminal: true, first: Self.answer("reading", accepted: "null"))
        let path = terminal.write("b.yml", "<one/>")
        #expect(terminal.run("results", "import", path).code == 0)
        #expect(terminal.text.contains("50 % read") && terminal.text.contains("\(path): 2 results (junit)"))
    }

    @Test func `what was not taken is said`() throws {
        let first =
            #"{"id":"\#(caseID)","state":"damaged","format":"junit","runs":[{"id":"\#(runID)","accepted":1,"duplicates":3,"refused":4}]}"#
        let terminal = try terminal(first: first)
        let path = terminal.write("b.yml", "<one/>")
        #expect(terminal.run("results", "import", path).code == 0)
        #expect(terminal.lines.first == "\(path): 1 results (junit), 3 known already, 4 refused, the file is damaged")
    }

    @Test func `standard input and JSON`() throws {
        let terminal = try terminal()
        #expect(terminal.run("results", "import", "-", "--json", "--run-key", "k", "--keep-open").code == 0)
        let sent = try #require(terminal.server.requests.first)
        #expect(sent.text == "testCases: []" && sent.target.contains("&runKey=k&complete=false"))
        #expect(terminal.lines.count == 1 && terminal.text.hasPrefix("{"))
    }

    @Test func `what cannot be sent is an error`() throws {
        let terminal = try Terminal { _ in problem(415, "Send one of: junit.") }
        let missing = terminal.directory + "/none.xml"
        #expect(
            terminal.run("results", "import", missing).message
                == "assay: \(missing): cannot be read: No such file or directory")
        #expect(
            terminal.run("results", "import", terminal.directory + "/*.none").message?.contains("no file matches")
                == true)
        #expect(
            terminal.run("results", "import", "-", "--keep-open").message?.contains("--keep-open needs --run-key")
                == true)
        #expect(terminal.run("results", "import", "-").message == "assay: Send one of: junit.")
        let path = terminal.write("b.yml", "x")
        let refused = terminal.run("results", "import", path)
        #expect(refused.code == 2 && refused.message == "assay: \(path): Send one of: junit.")
    }

    @Test func `patterns reach into directories, hidden ones left out`() throws {
        let terminal = try terminal()
        let root = terminal.directory + "/tree"
        for folder in ["", "/a", "/a/b", "/.git"] { mkdir(root + folder, 0o700) }
        defer { for folder in ["/.git", "/a/b", "/a", ""] { rmdir(root + folder) } }
        let files = ["/one.xml", "/a/two.xml", "/a/b/three.xml", "/a/b/four.txt", "/.git/five.xml"]
        for file in files { _ = terminal.write("tree" + file, "x") }
        defer { for file in files { unlink(root + file) } }
        #expect(
            FileGlob.files(root + "/**/*.xml") == [root + "/a/b/three.xml", root + "/a/two.xml", root + "/one.xml"])
        #expect(FileGlob.files(root + "/*/t?o.xml") == [root + "/a/two.xml"])
        #expect(FileGlob.files(root + "/a/[a-c]/*") == [root + "/a/b/four.txt", root + "/a/b/three.xml"])
        #expect(FileGlob.files("plain.xml") == ["plain.xml"] && FileGlob.files(root + "/none/*.xml").isEmpty)
        #expect(FileGlob.files("*.none-such").isEmpty)
    }
}

/// What six CI systems say of a job.
@Suite struct CIRunTests {
    private func run(_ variables: [String: String]) -> CIRun { CIRun { variables[$0] } }

    @Test func `each system says branch, commit, address and pipeline`() {
        let systems: [([String: String], [String?])] = [
            (
                [
                    "GITHUB_ACTIONS": "true", "GITHUB_HEAD_REF": "", "GITHUB_REF_NAME": "main", "GITHUB_SHA": "c1",
                    "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7",
                    "GITHUB_RUN_ATTEMPT": "2",
                ], ["main", "c1", "https://github.com/o/r/actions/runs/7", "github/o/r/7/2"]
            ),
            (
                [
                    "GITLAB_CI": "true", "CI_COMMIT_REF_NAME": "main", "CI_COMMIT_SHA": "c2",
                    "CI_JOB_URL": "https://g/1",
                    "CI_PIPELINE_ID": "9", "CI_PROJECT_PATH": "o/r",
                ], ["main", "c2", "https://g/1", "gitlab/o/r/9"]
            ),
            (
                [
                    "JENKINS_URL": "x", "GIT_BRANCH": "origin/main", "GIT_COMMIT": "c3", "BUILD_URL": "https://j/1",
                    "BUILD_TAG": "t",
                ],
                ["main", "c3", "https://j/1", "t"]
            ),
            (
                [
                    "BUILDKITE": "true", "BUILDKITE_BRANCH": "main", "BUILDKITE_COMMIT": "c4",
                    "BUILDKITE_BUILD_URL": "https://b/1", "BUILDKITE_BUILD_ID": "5",
                ], ["main", "c4", "https://b/1", "buildkite/5"]
            ),
            (
                [
                    "CIRCLECI": "true", "CIRCLE_BRANCH": "main", "CIRCLE_SHA1": "c5", "CIRCLE_BUILD_URL": "https://c/1",
                    "CIRCLE_WORKFLOW_ID": "w",
                ], ["main", "c5", "https://c/1", "circleci/w"]
            ),
            (
                [
                    "TF_BUILD": "True", "BUILD_SOURCEBRANCH": "refs/heads/main", "BUILD_SOURCEVERSION": "c6",
                    "SYSTEM_COLLECTIONURI": "https://a/", "SYSTEM_TEAMPROJECT": "p", "BUILD_BUILDID": "3",
                ], ["main", "c6", "https://a/p/_build/results?buildId=3", "azure/p/3"]
            ),
            ([:], [nil, nil, nil, nil]),
        ]
        for (variables, wanted) in systems {
            let found = run(variables)
            #expect([found.branch, found.commit, found.url, found.key] == wanted)
        }
    }

    @Test func `a pull request is of its own branch`() {
        #expect(
            run(["GITHUB_ACTIONS": "true", "GITHUB_HEAD_REF": "topic", "GITHUB_REF_NAME": "7/merge"]).branch == "topic")
        #expect(
            run(["GITLAB_CI": "true", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic", "CI_COMMIT_REF_NAME": "x"]).branch
                == "topic")
        #expect(run(["JENKINS_URL": "x", "CHANGE_BRANCH": "topic", "GIT_BRANCH": "PR-1"]).branch == "topic")
        #expect(run(["TF_BUILD": "1", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/topic"]).branch == "topic")
    }
}
