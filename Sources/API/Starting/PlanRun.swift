import Catalog
import Domain
import Executions
import Identity
import Wire

/// Turns the keys of a wish into versions, variables and policies: what the engine freezes with the run.
struct PlanRun {
    let services: Services
    let project: ID<Project>
    let projectKey: String

    /// - Throws: a 422 naming every key that leads nowhere.
    func plan(
        _ wish: RunWish, startedBy: FrozenRequest.Starter, idempotency: IdempotencyKey?
    ) throws -> StartRequest {
        var faults: [FieldFault] = []
        var request = FrozenRequest(startedBy: startedBy)
        if let key = wish.testCase {
            request.case = try found("/testCase", "test case", key, &faults) {
                FrozenRequest.Case(try services.resolve.testCase(key, project: project))
            }
        }
        var options = SuiteOptions()
        if let key = wish.testSuite {
            let suite = try found("/testSuite", "test suite", key, &faults) {
                try services.resolve.testSuite(key, project: project)
            }
            options = suite?.options ?? options
            request.suite = suite.map { FrozenRequest.Suite($0) }
        }
        let item = try wish.testItem.flatMap { key in
            try found("/testItem", "test item", key, &faults) {
                try services.testItems.find(key: key, project: project).definition
            }
        }
        if let key = wish.environment ?? options.environment {
            request.environment = try found("/environment", "environment", key, &faults) {
                let environment = try services.environments.find(key, project: project)
                return FrozenRequest.Environment(name: environment.name, variables: environment.variables)
            }
        }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
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
        return StartRequest(
            project: project, projectKey: projectKey, request: request, priority: wish.priority,
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
    /// - Parameter options: of the suite it runs in; they fill what the case leaves open.
    init(_ resolved: ResolvedCase, options: SuiteOptions = SuiteOptions()) {
        self.init(
            id: resolved.id, key: resolved.key, name: resolved.name, version: resolved.version, type: resolved.type,
            labels: resolved.labels, timeoutMs: resolved.timeoutMs ?? options.timeoutMs,
            retry: resolved.retry ?? options.retry)
    }
}

extension FrozenRequest.Suite {
    init(_ resolved: ResolvedSuite) {
        self.init(
            id: resolved.id, key: resolved.key, name: resolved.name, version: resolved.version,
            cases: resolved.cases.map { FrozenRequest.Case($0, options: resolved.options) },
            parallel: resolved.options.parallel, stopOnFailure: resolved.options.stopOnFailure)
    }
}

extension Principal {
    /// How runs name who started them.
    var starter: FrozenRequest.Starter {
        FrozenRequest.Starter(kind: kind.rawValue, id: id.description, name: name)
    }
}
