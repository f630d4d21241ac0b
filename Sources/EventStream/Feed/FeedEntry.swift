package import Domain
package import Wire

/// One feed row with its events ready to be sent.
package struct FeedEntry: Sendable {
    package let position: Int64
    /// nil for facts of users, roles and shared agents.
    package let project: ID<Project>?
    /// The suite tree of an execution; nil for facts of no execution.
    package let root: ID<Execution>?
    /// The execution, or the fact itself.
    package let stream: UUIDv7
    package let events: [FeedEvent]

    /// Memory it takes, about.
    var bytes: Int { events.reduce(128) { $0 + $1.frame.count + 96 } }
}

/// One event in the form of the wire.
package struct FeedEvent: Sendable {
    /// What the events role itself acts on.
    package enum Fact: Hashable, Sendable {
        case finished(ExecutionStatus)
        case membershipChanged(ID<User>)
    }

    package let seq: Int
    package let type: String
    /// nil for what a newer version wrote.
    package let name: EventName?
    package let frame: [UInt8]
    package let fact: Fact?

    /// Frames the stored JSON `body`. Facts that browsers must not see get an empty frame.
    package init(position: Int64, seq: Int, type: String, body: [UInt8]) {
        self.seq = seq
        self.type = type
        name = EventName(rawValue: type)
        fact = FeedEvent.fact(of: name, body)
        frame = name?.isTold == false ? [] : eventFrame(type, id: "\(position).\(seq)", body: body)
    }

    private static func fact(of name: EventName?, _ body: [UInt8]) -> Fact? {
        guard name == .executionFinished || name == .membershipChanged else { return nil }
        guard let json = try? JSONParser.parse(body) else { return nil }
        if name == .membershipChanged {
            return json["userId"]?.string.flatMap { ID<User>($0) }.map { .membershipChanged($0) }
        }
        // The edge that a retry follows in the same transaction is no end.
        guard json["final"]?.bool == true else { return nil }
        return (json["status"] ?? json["to"])?.string.flatMap(ExecutionStatus.init(rawValue:)).map { .finished($0) }
    }
}

/// One Server-Sent Event; line breaks inside `body` (white space in JSON) become spaces.
func eventFrame(_ type: String, id: String? = nil, body: [UInt8]) -> [UInt8] {
    var frame: [UInt8] = []
    frame.reserveCapacity(body.count + 64)
    if let id { frame.append(contentsOf: "id: \(id)\n".utf8) }
    frame.append(contentsOf: "event: \(type)\ndata: ".utf8)
    frame.append(contentsOf: body.lazy.map { $0 == 10 || $0 == 13 ? 32 : $0 })
    frame.append(contentsOf: [10, 10])
    return frame
}

func eventFrame(_ type: String, id: String? = nil, _ body: JSONValue) -> [UInt8] {
    eventFrame(type, id: id, body: body.serialized())
}
