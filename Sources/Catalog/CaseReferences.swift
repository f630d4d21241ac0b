import Domain
import MariaDB

/// Checks that the cases a suite lists exist.
enum CaseReferences {
    /// A fault for each listed key that is neither `planned` nor a live case of the project.
    static func faults(
        _ suite: SuiteDefinition, at pointer: String, planned: Set<String>, project: ID<Project>, _ tx: Transaction
    ) throws -> [FieldFault] {
        guard let cases = suite.cases else { return [] }
        let asked = Set(cases).subtracting(planned).sorted()
        var known = planned
        for chunk in chunks(of: asked, 500) {
            let rows = try tx.query(
                "SELECT live_key FROM test_cases WHERE project_id = \(project) AND live_key IN (\(list: chunk))")
            known.formUnion(try rows.map { try $0.text("live_key") })
        }
        return cases.enumerated().filter { !known.contains($0.element) }
            .map { FieldFault("\(pointer)/cases/\($0.offset)", "there is no test case '\($0.element)'") }
    }
}

func chunks<Element>(of elements: [Element], _ size: Int) -> [[Element]] {
    stride(from: 0, to: elements.count, by: size).map { Array(elements[$0..<min($0 + size, elements.count)]) }
}
