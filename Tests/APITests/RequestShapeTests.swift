import API
import Domain
import FoundationEssentials
import Testing
import Wire

@Suite struct RequestShapeTests {
    private func fits(_ shape: Shape, _ value: JSONValue) -> Bool { shape.faults(in: value).isEmpty }

    private func read<Body: RequestBody>(_ type: Body.Type, _ value: JSONValue) throws -> Body {
        try #require(fits(type.shape, value), "\(type.shape.faults(in: value))")
        return try JSONDecoder().decode(type, from: Data(value.serialized()))
    }

    @Test func `what fits a shape decodes`() throws {
        #expect(try read(LoginRequest.self, ["email": "a@b", "password": "x"]).email == "a@b")
        let token = try read(
            CreateTokenRequest.self,
            ["name": "ci", "scopes": ["read"], "project": .null, "expiresAt": "2026-01-01T00:00:00Z"])
        #expect(token.project == nil && token.expiresAt == Timestamp("2026-01-01T00:00:00Z"))
        #expect(try read(CreateUserRequest.self, ["email": "a@b", "name": "A", "password": "12345678"]).admin == nil)
        #expect(try read(UpdateUserRequest.self, ["disabled": true]).disabled == true)
        #expect(try read(CreateProjectRequest.self, ["key": "demo", "name": "Demo"]).key == "demo")
        #expect(try read(SetMemberRequest.self, ["role": "viewer"]).role == "viewer")
        #expect(try read(SetSecretRequest.self, ["value": "x"]).value == "x")
        #expect(try read(CreateEnvironmentRequest.self, ["name": "dev"]).variables == nil)
        #expect(try read(SetEnvironmentRequest.self, ["variables": ["A": "b"]]).variables == ["A": "b"])
        #expect(try read(AcknowledgeRequest.self, ["comment": "mine"]).comment == "mine")
        #expect(try read(AcceptRequest.self, ["fence": 1]).fence == 1)
        #expect(try read(HeartbeatRequest.self, ["inventory": [], "streamOpen": true]).streamOpen)
        #expect(try read(FinishRequest.self, ["fence": 1, "lastSeq": 0, "verdict": "passed"]).verdict == .passed)
        #expect(
            try read(OpenSessionRequest.self, ["protocol": 1, "labels": [], "slots": 1, "isolation": "none"]).slots == 1
        )
        let register: JSONValue = [
            "token": "asye_0000", "name": "w", "labels": ["linux"], "slots": 1, "protocol": ["min": 1, "max": 1],
        ]
        #expect(try read(RegisterAgentRequest.self, register).labels == ["linux"])
    }

    @Test func `a full step result fits and decodes`() throws {
        let excerpt: JSONValue = ["head": "h", "tail": "", "bytes": 1, "droppedBytes": 0, "artifact": "out.txt"]
        let timings: JSONValue = ["dnsMs": 0.1, "connectMs": 1, "tlsMs": 2, "firstByteMs": 3, "totalMs": 4.25]
        let step: JSONValue = [
            "sequence": 1, "path": "3/2", "name": "get", "status": "failed", "startedAt": "2026-01-01T00:00:00.000Z",
            "completedAt": "2026-01-01T00:00:01.000Z", "durationMs": 1000, "input": ["kind": "http"],
            "output": [
                "exitCode": 1, "signal": 9, "stdout": excerpt,
                "response": ["status": 500, "headers": ["A": "b"], "body": excerpt], "captures": ["id": "7"],
            ],
            "timings": timings,
            "checks": [["kind": "status", "target": .null, "expected": 200, "actual": 500, "passed": false]],
            "error": ["type": "status", "message": "500"], "resourceUsage": ["cpuMs": 1], "metadata": ["a": [1]],
        ]
        let batch = try read(StepsRequest.self, ["fence": 1, "firstSeq": 1, "steps": [step]])
        #expect(batch.steps.first?.output?.response?.status == 500)
        #expect(batch.steps.first?.timings?.totalMs == 4.25)
    }

    @Test func `a step has one action and an http step one body`() {
        func fitsStep(_ step: JSONValue) -> Bool { fits(StepShape.step, step) }
        #expect(fitsStep(["name": "a", "wait": ["durationMs": 1]]))
        #expect(!fitsStep(["name": "a"]))
        #expect(!fitsStep(["name": "a", "wait": ["durationMs": 1], "command": ["shell": "true"]]))
        #expect(!fitsStep(["name": "a", "command": [:]]))
        #expect(!fitsStep(["name": "a", "http": ["url": "http://x", "body": "b", "json": 1]]))
        let full: JSONValue = [
            "name": "a", "http": ["method": "POST", "url": "${base}/x", "headers": ["A": "b"], "json": [1]],
            "expect": [
                "status": [200, 201], "headers": ["A": ["matches": "b+"]], "json": ["/a/b": .null], "body": "ok",
                "maxDurationMs": 100,
            ],
            "capture": ["id": ["from": "body", "pointer": "/id"]], "timeoutMs": 5, "always": true,
        ]
        #expect(fitsStep(full), "\(StepShape.step.faults(in: full))")
        #expect(
            !fitsStep(["name": "a", "wait": ["durationMs": 1], "expect": ["body": ["equals": "a", "contains": "b"]]]))
    }

    @Test func `the other shapes take what the documentation shows`() {
        #expect(fits(CatalogShapes.apply, ["testCases": [], "environments": [["name": "dev", "variables": [:]]]]))
        #expect(fits(CatalogShapes.testSuite, ["key": "a", "name": "A", "tags": "smoke"]))
        #expect(fits(CatalogShapes.testItem, ["key": "a", "name": "A", "rows": [["n": 1]]]))
        #expect(
            fits(ExecutionShapes.start, ["project": "demo", "testCase": "a", "parameters": ["n": 1.5, "b": true]]))
        #expect(fits(ExecutionShapes.cancel, [:]))
        #expect(fits(ExecutionShapes.retry, ["failedOnly": true]))
        #expect(fits(AgentShapes.enrolmentToken, ["project": .null]))
        #expect(
            fits(IntegrationShapes.createTrigger, ["project": "demo", "name": "t", "provider": "github", "suite": "a"]))
        let told: JSONValue = [
            "name": "s", "url": "https://x/", "events": ["execution.finished"], "filter": ["status": "failed"],
        ]
        #expect(fits(IntegrationShapes.replaceSubscription, told))
    }
}
