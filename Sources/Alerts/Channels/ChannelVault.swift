import Domain
import MariaDB

/// Seals and opens the targets of channels.
struct ChannelVault: Sendable {
    let sealing: Sealing

    func seal(_ target: any ChannelTarget, for id: ID<Channel>) throws -> [UInt8] {
        try sealing.seal(Array(target.stored.text.utf8), Self.context(id))
    }

    /// - Throws: what `Sealing.open` throws, `DatabaseError.decoding`.
    func target(_ row: Row) throws -> any ChannelTarget {
        let plain = try sealing.open(try row.bytes("target"), Self.context(row.id("id")))
        guard let kind = ChannelKinds.named(try row.text("kind")), let json = try? JSONParser.parse(plain),
            let target = kind.open(json)
        else { throw DatabaseError.decoding(column: "target") }
        return target
    }

    func record(_ row: Row) throws -> ChannelRecord {
        ChannelRecord(
            id: try row.id("id"), project: try row.id("project_id"), name: try row.text("name"),
            kind: try row.text("kind"), settings: try target(row).shown, disabledAt: try row.timeOrNil("disabled_at"),
            disabledReason: try row.textOrNil("disabled_reason"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"), version: try row.int("version"))
    }

    private static func context(_ id: ID<Channel>) -> String { "channel \(id)" }
}
