/// Limits that several requests share; durations in milliseconds.
package enum Limits {
    package static let name = 1...255
    package static let description = 0...10_000
    package static let password = 8...1024
    /// At most 24 hours.
    package static let timeoutMs: ClosedRange<Int64> = 1...86_400_000
    package static let stepsPerCase = 1...1000
    package static let tags = 0...50
    package static let parameters = 0...500
    package static let bulkItems = 0...10_000
    package static let valueText = 0...65_536
}

extension Shape {
    package static var key: Shape { .text(1...63, .key) }
    package static var name: Shape { .text(Limits.name) }
    package static var labels: Shape { .array(.text(1...63, .label), Limits.tags) }
    package static var timeoutMs: Shape { .integer(Limits.timeoutMs) }
    /// Parameter values: any scalar, kept as given.
    package static var scalar: Shape {
        .alternatives(.text(Limits.valueText), .integer(Int64.min...Int64.max), .number(-1e300...1e300), .boolean)
    }
    package static var parameters: Shape { .map(.scalar, keys: .variable, Limits.parameters) }

    package static var retry: Shape {
        .object([
            .required("maxAttempts", .integer(1...10), "Tries in all, the first included."),
            .optional("backoffMs", .integer(0...600_000), "Wait before the second try; doubles with each."),
            .optional(
                "on", .array(.words(["failed", "timeout"]), 0...2), "Outcomes that are tried again; default none."),
        ])
    }
}
