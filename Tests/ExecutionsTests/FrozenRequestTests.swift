import Domain
@testable import Executions
import Testing

@Suite struct FrozenRequestTests {
    private func frozen(_ labels: [String] = [], timeoutMs: Int64? = nil, retry: RetryPolicy? = nil)
        -> FrozenRequest.Case
    {
        FrozenRequest.Case(
            id: ID(UUIDv7(high: 1, low: 1)), key: "a", name: "A", version: 1, labels: labels, timeoutMs: timeoutMs,
            retry: retry)
    }

    @Test func `what the request says beats the case, and the case beats the default`() {
        let own = frozen(timeoutMs: 5, retry: RetryPolicy(maxAttempts: 5, on: [.failed]))
        let wished = FrozenRequest(timeoutMs: 7, retry: RetryPolicy(maxAttempts: 7))
        #expect(wished.timeoutMs(of: own) == 7 && wished.retryPolicy(of: own).maxAttempts == 7)
        #expect(FrozenRequest().timeoutMs(of: own) == 5 && FrozenRequest().retryPolicy(of: own).maxAttempts == 5)
        #expect(FrozenRequest().timeoutMs(of: frozen()) == 1_800_000)
        #expect(FrozenRequest().retryPolicy(of: frozen()) == RetryPolicy() && RetryPolicy().on.isEmpty)
    }

    @Test func `labels of case and request are joined, sorted and not repeated`() {
        #expect(FrozenRequest(labels: ["z", "linux"]).labels(of: frozen(["linux", "gpu"])) == ["gpu", "linux", "z"])
        #expect(FrozenRequest().labels(of: frozen()) == [])
    }

    @Test func `a request is stored and read back whole`() throws {
        let suite = FrozenRequest.Suite(
            id: ID(UUIDv7(high: 2, low: 2)), key: "s", name: "S", version: 3, cases: [frozen(["l"], timeoutMs: 1)],
            parallel: 2,
            stopOnFailure: true)
        let request = FrozenRequest(
            case: frozen(), suite: suite, parameters: ["a": "é"],
            environment: .init(name: "dev", variables: ["A": "b"]), labels: ["x"],
            timeoutMs: 9, retry: RetryPolicy(on: [.timeout]),
            revision: .init(commit: "c", branch: "b", url: "u", message: "m"),
            notBefore: Timestamp(milliseconds: 1), concurrencyKey: "k",
            startedBy: .init(kind: "user", id: "i", name: "n"))
        #expect(try jsonDecoded(FrozenRequest.self, try jsonText(request)) == request)
    }

    @Test(
        arguments: [
            (WorkItemState.scheduled, nil, "Not before its time."), (.blocked, nil, "Waits for its turn in the suite."),
            (.offered, nil, "Offered to an agent."), (.running, .allBusy, "It runs."),
            (.done, nil, "It does not wait."),
            (.dead, .noAgent, "It does not wait."), (.ready, .noAgent, "No agent online has the labels gpu,linux."),
            (.ready, .concurrencyKey, "Key db is taken by another run."),
            (.ready, .projectLimit, "The project runs as many cases as it may."),
            (.ready, .allBusy, "3 cases before it."), (.ready, nil, "3 cases before it."),
        ] as [(WorkItemState, WaitReason?, String)])
    func `one sentence says why a case waits`(state: WorkItemState, reason: WaitReason?, sentence: String) {
        #expect(whyWaiting(state, reason, labels: "gpu,linux", key: "db", ahead: 3, notBefore: nil) == sentence)
    }

    @Test func `the sentence fits small figures and a known time`() {
        func ready(_ reason: WaitReason?, labels: String = "", ahead: Int) -> String {
            whyWaiting(.ready, reason, labels: labels, key: "", ahead: ahead, notBefore: nil)
        }
        #expect(ready(.noAgent, ahead: 0) == "No agent is online.")
        #expect(ready(.allBusy, ahead: 0) == "Next; all slots are busy.")
        #expect(ready(nil, ahead: 0) == "Next for a free slot.")
        #expect(ready(nil, ahead: 1) == "1 case before it.")
        let time = Timestamp(milliseconds: 0)
        #expect(
            whyWaiting(.scheduled, nil, labels: "", key: "", ahead: 0, notBefore: time)
                == "Not before 1970-01-01T00:00:00.000Z.")
    }

    @Test func `secret names are found once each, and unfinished ones not at all`() {
        #expect(
            secretNames(in: ["a ${secret:X} ${secret:Y}${secret:X}", "${secret:Z} ${secret:no", "${x}"]) == [
                "X", "Y", "Z",
            ])
    }
}
