import Domain

extension Shape {
    package static var key: Shape { .text(1...63, .key) }
    package static var name: Shape { .text(Limits.name, .name) }
    package static var definitionName: Shape { .text(Limits.definitionName) }
    package static var labels: Shape { .array(.text(1...63, .label), Limits.tags) }
    package static var timeoutMs: Shape { .integer(Limits.timeoutMs) }
    /// Parameter values: any scalar, kept as given.
    package static var scalar: Shape {
        .alternatives(.text(Limits.valueText), .integer(Int64.min...Int64.max), .number(-1e300...1e300), .boolean)
    }
    package static var parameters: Shape { .map(.scalar, keys: .variable, Limits.parameters) }

    package static var retry: Shape {
        .object([
            .optional("maxAttempts", .integer(1...10), "Tries in all, the first included; default 3."),
            .optional("backoffMs", .integer(0...600_000), "Wait before the second try; doubles with each."),
            .optional(
                "on", .array(.words(["failed", "timeout"]), 0...2), "Outcomes that are tried again; default none."),
        ])
    }
}
