import Domain
import MariaDB

/// Interns (project, concurrency key, label set): the dispatcher's unit of parking.
enum BucketStore {
    static func intern(project: ID<Project>, concurrencyKey: String, labels: [String], _ tx: Transaction) throws -> Int
    {
        let text = labels.joined(separator: ",")
        guard text.utf8.count <= 1024 else { throw ExecutionFault.invalid([FieldFault("/labels", "is too long")]) }
        let find: SQL = """
            SELECT id FROM queue_buckets
            WHERE project_id = \(project) AND concurrency_key = \(concurrencyKey) AND labels_sha = UNHEX(SHA1(\(text)))
            """
        if let row = try tx.first(find) { return try row.int("id") }
        try tx.execute(
            """
            INSERT INTO queue_buckets (project_id, concurrency_key, labels, labels_sha)
            VALUES (\(project), \(concurrencyKey), \(text), UNHEX(SHA1(\(text)))) ON DUPLICATE KEY UPDATE id = id
            """)
        guard let row = try tx.first(find) else { throw ExecutionFault.notFound }
        return try row.int("id")
    }
}
