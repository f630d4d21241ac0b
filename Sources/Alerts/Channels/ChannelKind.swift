package import Deliveries
package import Domain
package import Wire

/// One way for a message to travel. A new kind is a folder beside `Webhook` and a line in `ChannelKinds.all`: requests,
/// OpenAPI, storage, answers and sending all read it from there.
package protocol ChannelKind: Sendable {
    /// The word in SQL and JSON, and the name of the member with the settings; at most 24 letters.
    var name: String { get }
    /// The settings in a request.
    var settings: Shape { get }
    /// What answers show of them; a secret only in the answer that made it.
    var shown: Shape { get }

    /// Reads settings of that shape; faults are pointers into the request. `previous` is what the channel had.
    func target(
        _ settings: JSONValue, replacing previous: (any ChannelTarget)?, _ faults: inout [FieldFault]
    ) -> (any ChannelTarget)?

    /// Reads what `ChannelTarget.stored` wrote; nil when it did not.
    func open(_ stored: JSONValue) -> (any ChannelTarget)?
}

/// Where a channel leads to, with its credentials; lies sealed in the database.
package protocol ChannelTarget: Sendable {
    var stored: JSONValue { get }
    /// For people, without a secret.
    var shown: JSONValue { get }
    /// What signs the messages; people see it once, when it was made.
    var secret: String? { get }

    /// Where messages go, for the limit of a host.
    func host(_ outbound: Outbound) -> String

    /// Blocks, with a time limit. An outcome that `isFinal` disables the channel: no further try can end otherwise.
    func send(_ message: RenderedNotification, for delivery: Delivery, _ outbound: Outbound) -> DeliveryOutcome
}

/// All kinds of channels.
package enum ChannelKinds {
    package static let all: [any ChannelKind] = [WebhookKind(), EmailKind()]

    package static func named(_ name: String) -> (any ChannelKind)? { all.first { $0.name == name } }

    package static var names: [String] { all.map(\.name) }

    /// Body of `PUT /channels/{id}`; `POST` takes `project` too.
    package static var replaceShape: Shape { .object(fields, exactlyOne: [names]) }
    package static var createShape: Shape {
        .object([.required("project", .key, "Project key.")] + fields, exactlyOne: [names])
    }

    private static var fields: [Field] {
        [
            .required("name", .name, "Name that people read."),
            .required("kind", .words(names), "How the message travels."),
        ] + all.map { .optional($0.name, $0.settings, "With kind \($0.name).") }
    }
}
