import Domain
import Executions
import FastCGI
import Feed
import Flows
import Identity
import Wire

extension Routes {
    /// What a project says of its runs.
    static let projectSettings: [Route] = [
        Route(
            .get, "/api/v1/projects/{p}/settings", .project(.read, .path), "Show the settings of a project",
            answer: AnswerDoc(200, "What the project says, and what holds.", .one("ProjectSettings"))
        ) { call in
            try call.answer(try call.services.settingsStore.read(try call.project()))
        },
        Route(
            .put, "/api/v1/projects/{p}/settings", .project(.manageSettings, .path),
            "Replace the settings of a project",
            body: .json(SettingsRequest.shape),
            answer: AnswerDoc(
                200, "What the project says, and what holds from the next start on.", .one("ProjectSettings"))
        ) { call in
            let project = try call.projectRef()
            let settings = SettingsRequest.read(call.body)
            let saved = try call.change { tx in
                let (before, after) = try call.services.settingsStore.replace(
                    settings, of: project.id, ifMatch: call.versionMatch, in: tx)
                let entry = AuditEntry(
                    "project.settings", "project", project.key, project: project.id, before: before.settings.json,
                    after: after.settings.json)
                return (after, entry)
            }
            return try call.answer(saved)
        },
    ]
}

/// `PUT /projects/{p}/settings`; what is absent or null is left to the installation.
enum SettingsRequest {
    static var fields: [Field] {
        [
            .optional("concurrency", Shape.integer(1...10_000).orNull, "Cases that run at once; the others wait."),
            .optional("timeoutMs", Shape.timeoutMs.orNull, "Time limit of an attempt."),
            .optional("stepTimeoutMs", Shape.timeoutMs.orNull, "Time limit of a step."),
            .optional("retry", Shape.retry.orNull, "When to try again."),
            .optional("traceSteps", Shape.integer(1...500).orNull, "Steps up to which a trace is kept in one piece."),
            .optional(
                "progressMs", Shape.integer(100...10_000).orNull, "Between two words of a run that goes on."),
            .optional(
                "keepRunsDays", Shape.integer(0...36_500).orNull, "Days that finished runs are kept; 0 for ever."),
        ]
    }

    static var shape: Shape { .object(fields) }

    /// Reads a body that fits the shape.
    static func read(_ body: JSONValue) -> ProjectSettings {
        var settings = ProjectSettings()
        settings.concurrency = body["concurrency"]?.integer.map { Int($0) }
        settings.timeoutMs = body["timeoutMs"]?.integer
        settings.stepTimeoutMs = body["stepTimeoutMs"]?.integer
        var members = FieldReader(body, at: "")
        settings.retry = members.object("retry", RetryPolicy.read)
        settings.traceSteps = body["traceSteps"]?.integer.map { Int($0) }
        settings.progressMs = body["progressMs"]?.integer
        settings.keepRunsDays = body["keepRunsDays"]?.integer.map { Int($0) }
        return settings
    }
}

extension Call {
    fileprivate func answer(_ saved: SavedSettings) throws -> Response {
        let kept = RetentionRules.all.first { $0.name == ExecutionRetention.runs }.flatMap(services.retention.days)
        let system = ProjectSettings.system(keepRunsDays: kept)
        let effective = EffectiveSettings(project: saved.settings, system: system)
        let members: [String: JSONValue] = [
            "project": .string(try projectKey()), "version": .count(saved.version), "updatedAt": .time(saved.updatedAt),
            "effective": effective.json, "system": system.json,
        ]
        return .json(
            .object(members.merging(saved.settings.json.object ?? [:]) { first, _ in first }),
            headers: [("ETag", Conditional.tag(version: saved.version))])
    }
}
