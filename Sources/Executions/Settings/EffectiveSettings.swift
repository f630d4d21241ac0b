package import Domain

/// Who said what holds; the later wins.
package enum SettingSource: String, CaseIterable, Sendable {
    case system, project, suite, `case`, request
}

/// What holds, and who said so.
package struct EffectiveSettings: Equatable, Sendable {
    package private(set) var members: [String: JSONValue] = [:]

    package var json: JSONValue { .object(members) }

    private mutating func set(_ name: String, _ choices: [(SettingSource, JSONValue)]) {
        guard let (from, value) = choices.last(where: { !$0.1.isNull }) else { return }
        members[name] = ["value": value, "from": .string(from.rawValue)]
    }

    /// What holds for the runs of a project as far as the project decides.
    package init(project: ProjectSettings, system: ProjectSettings) {
        for (own, base) in zip(project.members, system.members) {
            set(own.name, [(.system, base.value), (.project, own.value)])
        }
    }

    /// What held when a run was started: of one case, or of a suite whose cases may say otherwise.
    package init(of one: FrozenRequest.Case?, in root: FrozenRequest) {
        func number(_ value: (some BinaryInteger)?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
        let system = ProjectSettings.system()
        let project = root.project
        set(
            "timeoutMs",
            [
                (.system, number(system.timeoutMs)), (.project, number(project?.timeoutMs)),
                (.suite, number(root.suite?.timeoutMs)), (.case, number(one?.timeoutMs)),
                (.request, number(root.timeoutMs)),
            ])
        set(
            "retry",
            [
                (.system, system.retry?.json ?? .null), (.project, project?.retry?.json ?? .null),
                (.suite, root.suite?.retry?.json ?? .null), (.case, one?.retry?.json ?? .null),
                (.request, root.retry?.json ?? .null),
            ])
        set(
            "stepTimeoutMs",
            [(.system, number(system.stepTimeoutMs)), (.project, number(project?.stepTimeoutMs))])
        set("traceSteps", [(.system, number(system.traceSteps)), (.project, number(project?.traceSteps))])
        set("progressMs", [(.system, number(system.progressMs)), (.project, number(project?.progressMs))])
    }
}
