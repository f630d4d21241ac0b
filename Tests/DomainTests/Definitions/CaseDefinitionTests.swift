import Domain
import FoundationEssentials
import Testing

@Suite struct CaseDefinitionTests {
    private static let step: JSONValue = ["name": "a", "wait": ["durationMs": 1]]

    static func faults(_ changes: [String: JSONValue], step: JSONValue? = nil) -> [FieldFault] {
        var document: [String: JSONValue] = ["key": "login", "steps": [step ?? CaseDefinitionTests.step]]
        for (key, value) in changes { document[key] = value }
        return CaseDefinition.read(.object(document)).1.sorted { ($0.pointer, $0.message) < ($1.pointer, $1.message) }
    }

    @Test func `a full document is read without a fault and travels as JSON`() throws {
        let document: JSONValue = [
            "key": "login", "name": "Log in", "type": "generic", "description": "d", "tags": ["smoke", "a.b:c_d-e"],
            "labels": ["linux"],
            "parameters": ["n": 1, "b": true, "s": "x", "f": 1.5], "timeoutMs": 1000,
            "retry": ["maxAttempts": 2, "backoffMs": 5, "on": ["failed", "timeout"]],
            "steps": [
                [
                    "name": "run", "timeoutMs": 9, "always": true,
                    "command": [
                        "argv": ["ls", "-l"], "env": ["A": "b"], "cwd": "x", "stdin": "i", "artifacts": ["*.log"],
                    ],
                    "expect": ["exitCode": 3, "stdout": "ok", "stderr": ["notContains": "bad"], "maxDurationMs": 5],
                    "capture": ["id": ["from": "stdout", "regex": "id=(.*)"]],
                ],
                ["name": "shell", "command": ["shell": "true"]],
                [
                    "name": "get",
                    "http": [
                        "method": "POST", "url": "https://x/", "headers": ["A": "b"], "json": [1],
                        "followRedirects": false,
                        "tls": ["verify": false, "caFile": "ca.pem"],
                    ],
                    "expect": [
                        "status": [200, 201], "headers": ["X-A": ["equals": "x"]], "json": ["/a": 1, "": [:]],
                        "body": ["matches": "^x+$"],
                    ],
                    "capture": [
                        "h": ["from": "header", "header": "Location"], "p": ["from": "body", "pointer": "/id"],
                    ],
                ],
                ["name": "wait", "wait": ["durationMs": 0]],
            ],
        ]
        let (definition, faults) = CaseDefinition.read(document)
        #expect(faults == [])
        #expect(definition.parameters == ["n": "1", "b": "true", "s": "x", "f": "1.5"])
        #expect(definition.retry == RetryPolicy(maxAttempts: 2, backoffMs: 5, on: [.failed, .timeout]))
        #expect(definition.steps.map(\.name) == ["run", "shell", "get", "wait"])
        #expect(definition.steps.last?.wait == WaitAction(durationMs: 0))
        #expect(try JSONDecoder().decode(CaseDefinition.self, from: try JSONEncoder().encode(definition)) == definition)
        #expect(
            try JSONDecoder().decode(CaseDefinition.self, from: Data(#"{"key":"a"}"#.utf8))
                == CaseDefinition(key: "a", steps: []))
    }

    @Test(
        arguments: [
            (["key": .null], "/key", "is required"), (["key": 1], "/key", "must be a string"),
            (
                ["key": "Login"], "/key",
                "must be 1 to 63 characters of a-z, 0-9 and '-', beginning with a letter or digit"
            ),
            (["key": ""], "/key", "must not be empty"),
            (["name": ""], "/name", "must not be empty"),
            (["name": .string(String(repeating: "é", count: 256))], "/name", "must be at most 255 characters"),
            (["name": "a\0b"], "/name", "must not contain U+0000"),
            (["description": [1]], "/description", "must be a string"),
            (["type": "odd"], "/type", "must be one of generic, bdd, manual"),
            (["type": "manual"], "/type", "only generic cases can be run by this version"),
            (["tags": "smoke"], "/tags", "must be a list of strings"),
            (["tags": ["a", 1]], "/tags/1", "must be a string"),
            (["tags": ["a b"]], "/tags/0", "must be 1 to 63 letters, digits, '.', '_', ':' or '-'"),
            (["tags": .array(Array(repeating: "a", count: 1001))], "/tags", "must have at most 50 entries"),
            (["labels": ["ok", "é"]], "/labels/1", "must be 1 to 63 letters, digits, '.', '_', ':' or '-'"),
            (["parameters": [1]], "/parameters", "must be an object of strings"),
            (["parameters": ["a": []]], "/parameters/a", "must be a string"),
            (
                ["parameters": ["a/b": 1]], "/parameters/a~1b",
                "name must be a name of letters, digits, '_', '.' and '-', beginning with a letter or '_'"
            ),
            (["timeoutMs": 0], "/timeoutMs", "must be between 1 and 86400000"),
            (["timeoutMs": 1.5], "/timeoutMs", "must be an integer"),
            (["retry": []], "/retry", "must be an object"),
            (["retry": ["maxAttempts": 11]], "/retry/maxAttempts", "must be between 1 and 10"),
            (["retry": ["backoffMs": -1]], "/retry/backoffMs", "must be between 0 and 600000"),
            (["retry": ["on": ["failed", "passed"]]], "/retry/on/1", "must be failed or timeout"),
            (["retry": ["often": 1]], "/retry/often", "is not a known field"),
            (["steps": .null], "/steps", "is required"),
            (["steps": []], "/steps", "must have at least 1 entries"), (["x~y": 1], "/x~0y", "is not a known field"),
        ] as [([String: JSONValue], String, String)])
    func `each fault of the case names its field`(changes: [String: JSONValue], pointer: String, message: String) {
        #expect(Self.faults(changes) == [FieldFault(pointer, message)])
    }

    @Test(
        arguments: [
            (["wait": ["durationMs": 1]], "/steps/0/name", "is required"),
            (["name": "", "wait": ["durationMs": 1]], "/steps/0/name", "must not be empty"),
            (["name": "a"], "/steps/0", "must have exactly one of command, http, wait"),
            (
                ["name": "a", "wait": ["durationMs": 1], "command": ["shell": "x"]], "/steps/0",
                "must have exactly one of command, http, wait"
            ),
            (["name": "a", "wait": [:]], "/steps/0/wait/durationMs", "is required"),
            (["name": "a", "wait": ["durationMs": "1"]], "/steps/0/wait/durationMs", "must be an integer"),
            (["name": "a", "wait": 1], "/steps/0/wait", "must be an object"),
            (["name": "a", "wait": ["durationMs": 1], "always": 1], "/steps/0/always", "must be true or false"),
            (["name": "a", "command": [:]], "/steps/0/command", "must have exactly one of argv and shell"),
            (
                ["name": "a", "command": ["argv": ["a"], "shell": "a"]], "/steps/0/command",
                "must have exactly one of argv and shell"
            ),
            (["name": "a", "command": ["argv": []]], "/steps/0/command/argv", "must have at least 1 entries"),
            (["name": "a", "command": ["argv": ["", "x"]]], "/steps/0/command/argv", "must name a program"),
            (
                ["name": "a", "command": ["argv": ["a", "b\0"]]], "/steps/0/command/argv/1",
                "must not contain U+0000"
            ),
            (["name": "a", "http": [:]], "/steps/0/http/url", "is required"),
            (["name": "a", "http": ["url": ""]], "/steps/0/http/url", "must not be empty"),
            (
                ["name": "a", "http": ["url": "ftp://x"]], "/steps/0/http/url",
                "must begin with http:// or https:// or a ${variable}"
            ),
            (
                ["name": "a", "http": ["url": "http://x", "method": "get"]], "/steps/0/http/method",
                "must be an HTTP method in capitals"
            ),
            (
                ["name": "a", "http": ["url": "http://x", "body": "b", "json": 1]], "/steps/0/http",
                "must have at most one of body and json"
            ),
            (
                ["name": "a", "http": ["url": "http://x", "tls": ["verify": "no"]]], "/steps/0/http/tls/verify",
                "must be true or false"
            ),
            (["name": "a", "wait": ["durationMs": 1], "capture": []], "/steps/0/capture", "must be an object"),
            (
                ["name": "a", "wait": ["durationMs": 1], "capture": ["v": [:]]], "/steps/0/capture/v/from",
                "is required"
            ),
            (
                ["name": "a", "wait": ["durationMs": 1], "capture": ["v": ["from": "sky"]]], "/steps/0/capture/v/from",
                "must be one of stdout, stderr, body, header, exitCode, status"
            ),
            (
                ["name": "a", "wait": ["durationMs": 1], "capture": ["v": ["from": "header"]]],
                "/steps/0/capture/v/header",
                "is required when from is header"
            ),
            (
                ["name": "a", "wait": ["durationMs": 1], "capture": ["a b": ["from": "body"]]], "/steps/0/capture/a b",
                "name must be a name of letters, digits, '_', '.' and '-', beginning with a letter or '_'"
            ),
            (
                ["name": "a", "wait": ["durationMs": 1], "expect": ["exitCode": 0]], "/steps/0/expect",
                "exitCode, stdout and stderr need a command"
            ),
            (
                ["name": "a", "command": ["shell": "x"], "expect": ["status": 200]], "/steps/0/expect",
                "status, headers, json and body need http"
            ),
            (1, "/steps/0", "must be an object"),
        ] as [(JSONValue, String, String)])
    func `each fault of a step names its field`(step: JSONValue, pointer: String, message: String) {
        #expect(Self.faults([:], step: step) == [FieldFault(pointer, message)])
    }

    @Test func `every fault is collected, below the given pointer`() {
        let (_, faults) = CaseDefinition.read(["key": "-", "timeoutMs": "x", "steps": [[:]]], at: "/testCases/3")
        #expect(
            Set(faults.map(\.pointer)) == [
                "/testCases/3/key", "/testCases/3/timeoutMs", "/testCases/3/steps/0/name", "/testCases/3/steps/0",
            ])
        #expect(CaseDefinition.read([]).1 == [FieldFault("", "must be an object")])
    }

    @Test func `too many entries are refused before they are read`() {
        #expect(
            Self.faults(["steps": .array(Array(repeating: Self.step, count: 1001))]).contains(
                FieldFault("/steps", "must have at most 1000 entries")))
        #expect(Self.faults(["steps": "none"]).contains(FieldFault("/steps", "must be a list")))
    }

    @Test func `keys and tags`() {
        for key in ["a", "0", "a-b", String(repeating: "a", count: 63)] { #expect(isHumanKey(key)) }
        for key in ["", "-a", "A", "a_b", "é", "a b", String(repeating: "a", count: 64)] { #expect(!isHumanKey(key)) }
        for tag in ["a", "A.b_c:d-9", String(repeating: "x", count: 63)] { #expect(isTag(tag)) }
        for tag in ["", "a b", "é", "a/b", "a,b", String(repeating: "x", count: 64)] { #expect(!isTag(tag)) }
    }
}
