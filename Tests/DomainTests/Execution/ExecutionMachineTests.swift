@testable import Domain
import Testing

@Suite struct ExecutionMachineTests {
    /// Every edge there is: status | kinds | event | edges as `to:why`. What is not listed is refused.
    private let table = """
        pending  | case suite import | started            | running:started
        retrying | case              | started            | running:started
        running  | case              | ended passed       | passed:passed
        running  | case              | ended passed retry | passed:passed
        running  | case              | ended failed       | failed:failed
        running  | case              | ended failed retry | failed:failed retrying:failed
        running  | case              | ended timeout      | timeout:timeout
        running  | case              | ended timeout retry | timeout:timeout retrying:timeout
        running  | case              | ended cancelled    | cancelled:cancelled
        running  | case              | ended cancelled retry | cancelled:cancelled
        running  | case              | lost               | retrying:agent_lost
        running  | case              | lost for good      | retrying:agent_lost aborted:agent_lost
        pending  | case suite import | cancelled          | cancelled:cancelled
        running  | case suite import | cancelled          | cancelled:cancelled
        retrying | case suite import | cancelled          | cancelled:cancelled
        pending  | case suite import | aborted            | aborted:gone
        retrying | case suite import | aborted            | aborted:gone
        pending  | suite             | concluded cancelled | cancelled:concluded
        pending  | suite             | concluded aborted  | aborted:concluded
        running  | suite import      | concluded passed   | passed:concluded
        running  | suite import      | concluded failed   | failed:concluded
        running  | suite import      | concluded cancelled | cancelled:concluded
        running  | suite import      | concluded aborted  | aborted:concluded
        """

    private var events: [(String, ExecutionEvent)] {
        var events: [(String, ExecutionEvent)] = [
            ("started", .started), ("lost", .agentLost(lossesLeft: true)),
            ("lost for good", .agentLost(lossesLeft: false)),
            ("cancelled", .cancelled), ("aborted", .aborted(reason: "gone")),
        ]
        for verdict in Verdict.allCases {
            events.append(("ended \(verdict.rawValue)", .ended(verdict, retry: false)))
            events.append(("ended \(verdict.rawValue) retry", .ended(verdict, retry: true)))
        }
        for status in ExecutionStatus.allCases { events.append(("concluded \(status.rawValue)", .concluded(status))) }
        return events
    }

    private func edges() -> [String: String] {
        var edges: [String: String] = [:]
        for line in table.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            for kind in cells[1].split(separator: " ") { edges["\(cells[0]) \(kind) \(cells[2])"] = cells[3] }
        }
        return edges
    }

    @Test func `every status, kind and event goes where the table says or nowhere`() {
        var expected = edges()
        #expect(expected.count == 39)
        for status in ExecutionStatus.allCases {
            for kind in ExecutionKind.allCases {
                for (name, event) in events {
                    let key = "\(status.rawValue) \(kind.rawValue) \(name)"
                    if let transitions = try? ExecutionMachine.transitions(from: status, kind: kind, on: event) {
                        #expect(
                            transitions.map { "\($0.to.rawValue):\($0.why)" }.joined(separator: " ") == expected[key],
                            "\(key)")
                        #expect(transitions.first?.from == status)
                        for (one, next) in zip(transitions, transitions.dropFirst()) { #expect(one.to == next.from) }
                    } else {
                        #expect(expected[key] == nil, "\(key)")
                        #expect(throws: InvalidTransition(from: status, event: event)) {
                            try ExecutionMachine.transitions(from: status, kind: kind, on: event)
                        }
                    }
                    expected[key] = nil
                }
            }
        }
        #expect(expected.isEmpty, "lines that no pair reached")
    }

    @Test func `nothing leaves a final status`() {
        for status in ExecutionStatus.allCases where status.isFinal {
            for kind in ExecutionKind.allCases {
                for (_, event) in events {
                    #expect(throws: InvalidTransition.self) {
                        try ExecutionMachine.transitions(from: status, kind: kind, on: event)
                    }
                }
            }
        }
    }

    @Test func `exactly six statuses are final and each verdict has its own`() {
        #expect(
            ExecutionStatus.allCases.filter(\.isFinal) == [.passed, .failed, .timeout, .cancelled, .aborted, .skipped])
        #expect(Verdict.allCases.map(\.status.rawValue) == Verdict.allCases.map(\.rawValue))
    }
}
