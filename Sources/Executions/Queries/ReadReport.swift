package import Domain
package import MariaDB
package import ReportFormats

/// Reads a run with its cases for a report, a page at a time, without locks.
package struct ReadReport: Sendable {
    /// Cases of a run that a report tells of; more are refused, since a report stands in memory.
    package static let maximumCases = 50_000
    private static let page = 200
    private static let maximumSteps = 200

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Throws: `ExecutionFault.notFound`, `.tooLarge`.
    package func report(
        of id: ID<Execution>, project: ID<Project>, for format: ReportFormat, at now: Timestamp, url: (Int64) -> String?
    ) throws -> RunReport {
        let find = FindExecutions(pool: pool)
        let document = try find.get(id, in: [project])
        var cases: [RunReport.Entry] = []
        if document["kind"]?.string == ExecutionKind.case.rawValue {
            cases = try entries([document], project, format)
        } else {
            guard document["counts"]?["total"]?.integer ?? 0 <= Int64(Self.maximumCases) else {
                throw ExecutionFault.tooLarge("A report tells of at most \(Self.maximumCases) cases.")
            }
            var hasMore = true
            while hasMore {
                let page = try find.children(
                    of: id, project: project, statuses: [], key: nil, byUrgency: false, limit: Self.page,
                    offset: cases.count)
                cases += try entries(page.items, project, format)
                hasMore = page.hasMore
            }
        }
        return RunReport(document, cases: cases, at: now, url: document["number"]?.integer.flatMap(url))
    }

    private func entries(
        _ documents: [JSONValue], _ project: ID<Project>, _ format: ReportFormat
    ) throws -> [RunReport.Entry] {
        let told = documents.filter { document in
            switch format.steps {
            case .none: false
            case .ofAll: true
            case .ofUnpassed: document["status"]?.string != ExecutionStatus.passed.rawValue
            }
        }
        let steps = try steps(of: told.compactMap { $0["id"]?.string.flatMap { ID($0) } }, project)
        return documents.map { document in
            RunReport.Entry(
                document: document, steps: document["id"]?.string.flatMap { steps[$0] } ?? [],
                keepsWhole: format == .json)
        }
    }

    /// Steps of the newest attempts, by execution: short traces by one statement, long ones one by one.
    private func steps(of ids: [ID<Execution>], _ project: ID<Project>) throws -> [String: [JSONValue]] {
        guard !ids.isEmpty else { return [:] }
        var found: [String: [JSONValue]] = [:]
        var long: [ID<Execution>] = []
        try pool.read { connection in
            let rows = try connection.query(
                """
                SELECT a.execution_id, a.trace_kind, t.steps FROM executions e
                JOIN attempts a ON a.execution_id = e.id AND a.attempt = e.attempts
                LEFT JOIN traces t ON t.execution_id = a.execution_id AND t.attempt = a.attempt
                WHERE e.id IN (\(list: ids)) AND e.project_id = \(project)
                """)
            for row in rows {
                let id: ID<Execution> = try row.id("execution_id")
                if try row.text("trace_kind") != "embedded" {
                    long.append(id)
                } else if let bytes = try row.bytesOrNil("steps"), !bytes.isEmpty {
                    found[id.description] = Array((try JSONParser.parse(bytes).array ?? []).prefix(Self.maximumSteps))
                }
            }
        }
        for id in long {
            let page = try ReadTrace(pool: pool).page(of: id, project: project, limit: Self.maximumSteps)
            found[id.description] = try page?.steps.map { try JSONParser.parse($0) } ?? []
        }
        return found
    }
}
