import Domain
import Testing

@Suite struct WorkItemMachineTests {
    /// Every edge there is, as `from event to`; what is not listed has none.
    private let edges: Set<String> = [
        "scheduled due ready", "blocked released ready", "ready offered offered", "offered offerExpired ready",
        "offered accepted running", "running finished done", "running backedOff scheduled", "running lost ready",
        "scheduled gaveUp dead", "ready gaveUp dead", "offered gaveUp dead", "running gaveUp dead",
        "scheduled cancelled done",
        "blocked cancelled done", "ready cancelled done", "offered cancelled done", "running cancelled done",
    ]

    @Test func `every state and event goes where the table says or nowhere`() {
        var reached: Set<String> = []
        for state in WorkItemState.allCases {
            for event in WorkItemEvent.allCases {
                guard let next = WorkItemMachine.next(from: state, on: event) else { continue }
                reached.insert("\(state) \(event) \(next)")
            }
        }
        #expect(reached == edges)
    }

    @Test func `nothing leaves done or dead`() {
        for event in WorkItemEvent.allCases {
            #expect(
                WorkItemMachine.next(from: .done, on: event) == nil
                    && WorkItemMachine.next(from: .dead, on: event) == nil)
        }
    }

    @Test func `whatever takes an item from its holder, or gives it one, raises the fence`() {
        let raising = WorkItemEvent.allCases.filter(WorkItemMachine.raisesFence)
        #expect(Set(raising.map { "\($0)" }) == ["offered", "offerExpired", "lost", "gaveUp", "cancelled"])
    }
}
