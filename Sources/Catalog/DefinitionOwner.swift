package import Domain
import MariaDB

extension Definitions {
    /// The project a definition belongs to, deleted ones included; for the permission check of paths that name none.
    /// - Throws: `CatalogError.notFound`.
    package func project(of id: DefinitionID) throws -> ID<Project> {
        let row = try pool.read { connection in
            try connection.query("SELECT project_id FROM \(sql: Definition.tables.entries) WHERE id = \(id)").first
        }
        guard let row else { throw CatalogError.notFound }
        return try row.id("project_id")
    }
}
