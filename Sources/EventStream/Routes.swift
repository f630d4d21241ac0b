import Domain

/// What this door serves.
enum EventRoute: Equatable {
    case project
    case execution(ID<Execution>)
    case wait(ID<Execution>)
    case output(ID<Execution>)
    case control

    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        switch Array(parts) {
        case ["api", "v1", "events"]: self = .project
        case ["agent", "v1", "control"]: self = .control
        case let parts where parts.count == 5 && parts[0..<3].elementsEqual(["api", "v1", "executions"]):
            guard let id = ID<Execution>(parts[3]) else { return nil }
            switch parts[4] {
            case "events": self = .execution(id)
            case "wait": self = .wait(id)
            case "output": self = .output(id)
            default: return nil
            }
        default: return nil
        }
    }
}
