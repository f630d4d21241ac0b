package import Domain

/// A channel as asked for. Exactly the settings that its kind names are given.
package struct ChannelDraft: Sendable {
    package var name: String
    package var kind: String
    /// Settings by the name of a kind.
    package var settings: [String: JSONValue]

    package init(name: String, kind: String, settings: [String: JSONValue]) {
        self.name = name
        self.kind = kind
        self.settings = settings
    }

    /// Reads a request body; members that name no kind are left alone.
    package init(_ body: JSONValue) {
        let members = body.object ?? [:]
        self.init(
            name: members["name"]?.string ?? "", kind: members["kind"]?.string ?? "",
            settings: members.filter { $0.value != .null && ChannelKinds.named($0.key) != nil })
    }

    /// The kind and the target, or everything that is wrong.
    ///
    /// `previous` is the target of the channel that is replaced: a webhook without a secret keeps its old one.
    func target(replacing previous: (any ChannelTarget)? = nil) throws -> (any ChannelKind, any ChannelTarget) {
        var faults = [nameFault(name)].compactMap(\.self)
        guard let wanted = ChannelKinds.named(kind) else {
            faults.append(FieldFault("/kind", "must be \(ChannelKinds.names.joined(separator: " or "))"))
            throw AlertsError.invalid(faults)
        }
        for other in settings.keys.sorted() where other != kind {
            faults.append(FieldFault("/\(other)", "does not belong to a channel of kind \(kind)"))
        }
        guard let given = settings[kind] else {
            throw AlertsError.invalid(faults + [FieldFault("/\(kind)", "is required")])
        }
        let target = wanted.target(given, replacing: previous, &faults)
        guard faults.isEmpty, let target else { throw AlertsError.invalid(faults) }
        return (wanted, target)
    }
}
