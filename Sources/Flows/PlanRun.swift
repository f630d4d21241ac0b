package import Catalog
package import Domain
package import Executions
package import Identity

/// Turns the keys of a wish into versions, variables and policies: what the engine freezes with the run.
package struct PlanRun: Sendable {
    private let resolve: ResolveDefinitions
    private let testItems: TestItems
    private let environments: Environments
    private let settings: SettingsStore

    package init(
        resolve: ResolveDefinitions, testItems: TestItems, environments: Environments, settings: SettingsStore
    ) {
        self.resolve = resolve
        self.testItems = testItems
        self.environments = environments
        self.settings = settings
    }

    /// - Throws: `ExecutionFault.invalid` naming every key that leads nowhere.
    package func plan(
        _ wish: RunWish, in project: ProjectRef, startedBy: FrozenRequest.Starter, idempotency: IdempotencyKey? = nil
    ) throws -> StartRequest {
        var faults: [FieldFault] = []
        var request = FrozenRequest(startedBy: startedBy)
        if let key = wish.testCase {
            request.case = try found("/testCase", "test case", key, &faults) {
                FrozenRequest.Case(try resolve.testCase(key, project: project.id))
            }
        }
        var options = SuiteOptions()
        if let key = wish.testSuite {
            let suite = try found("/testSuite", "test suite", key, &faults) {
                try resolve.testSuite(key, project: project.id)
            }
            options = suite?.options ?? options
            request.suite = suite.map { FrozenRequest.Suite($0) }
        }
        let item = try wish.testItem.flatMap { key in
            try found("/testItem", "test item", key, &faults) {
                try testItems.find(key: key, project: project.id).definition
            }
        }
        if let key = wish.environment ?? options.environment {
            request.environment = try found("/environment", "environment", key, &faults) {
                let environment = try environments.find(key, project: project.id)
                return FrozenRequest.Environment(name: environment.name, variables: environment.variables)
            }
        }
        guard faults.isEmpty else { throw ExecutionFault.invalid(faults) }
        let given = wish.parameters.mapValues { $0.string ?? $0.text }
        request.parameters = (item?.parameters ?? [:]).merging(given) { _, own in own }
        request.labels = wish.labels
        request.timeoutMs = wish.timeoutMs
        request.retry = wish.retry
        request.revision = FrozenRequest.Revision(
            commit: wish.revision["commit"]?.string, branch: wish.revision["branch"]?.string,
            url: wish.revision["url"]?.string, message: wish.revision["message"]?.string)
        request.notBefore = wish.notBefore
        request.concurrencyKey = wish.concurrencyKey
        request.freeze(try settings.read(project.id).settings)
        guard request.faults.isEmpty else { throw ExecutionFault.invalid(request.faults) }
        return StartRequest(
            project: project.id, projectKey: project.key, request: request, priority: wish.priority,
            idempotency: idempotency)
    }

    /// What `read` finds; a fault at `pointer` when there is no such thing.
    private func found<Value>(
        _ pointer: String, _ noun: String, _ key: String, _ faults: inout [FieldFault], _ read: () throws -> Value
    ) throws -> Value? {
        do {
            return try read()
        } catch CatalogError.notFound, IdentityError.notFound {
            faults.append(FieldFault(pointer, "there is no \(noun) '\(key)' in this project"))
        } catch CatalogError.conflict(let reason) {
            faults.append(FieldFault(pointer, reason))
        }
        return nil
    }
}

extension FrozenRequest.Case {
    init(_ resolved: ResolvedCase) {
        self.init(
            id: resolved.id, key: resolved.key, name: resolved.name, version: resolved.version, type: resolved.type,
            labels: resolved.labels, timeoutMs: resolved.timeoutMs, retry: resolved.retry)
    }
}

extension FrozenRequest.Suite {
    init(_ resolved: ResolvedSuite) {
        self.init(
            id: resolved.id, key: resolved.key, name: resolved.name, version: resolved.version,
            cases: resolved.cases.map { FrozenRequest.Case($0) }, parallel: resolved.options.parallel,
            stopOnFailure: resolved.options.stopOnFailure, timeoutMs: resolved.options.timeoutMs,
            retry: resolved.options.retry)
    }
}

extension FrozenRequest {
    /// What the audit log keeps of a start.
    package var audited: JSONValue {
        let what = self.case.map { ("testCase", $0.key) } ?? suite.map { ("testSuite", $0.key) }
        var members: [String: JSONValue] = ["environment": environment.map { .string($0.name) } ?? .null]
        if let what { members[what.0] = .string(what.1) }
        return .object(members)
    }
}
