/// Life of one alert: open, perhaps acknowledged, resolved. Raw values are the text in SQL and JSON.
package enum AlertState: String, CaseIterable, Codable, Sendable {
    case open, acknowledged, resolved

    /// An active alert keeps its rule from opening another.
    package var isActive: Bool { self != .resolved }

    /// The state after `event`.
    /// - Throws: `InvalidAlertTransition` when the event has no meaning in this state; nothing leaves `resolved`.
    package func applying(_ event: AlertEvent) throws(InvalidAlertTransition) -> AlertState {
        switch (self, event) {
        case (.open, .acknowledge): .acknowledged
        case (.open, .resolve), (.acknowledged, .resolve): .resolved
        default: throw InvalidAlertTransition(from: self, event: event)
        }
    }
}

/// What can happen to an alert, by a person or by its rule.
package enum AlertEvent: String, CaseIterable, Sendable {
    case acknowledge, resolve
}

package struct InvalidAlertTransition: Error, Equatable, Sendable {
    package let from: AlertState
    package let event: AlertEvent
}

/// How much an alert matters. Raw values are the text in SQL and JSON.
package enum AlertSeverity: String, CaseIterable, Codable, Sendable {
    case critical, warning, info
}
