import Glibc
package import Logging

/// The log of one role: named events with fields. Any thread.
///
/// An event name is `area.happened`, constant, never built from data; what varies goes into fields, which never hold
/// a secret or a URL with a token.
package struct Log: Sendable {
    /// The logger behind it, for libraries that want one.
    package private(set) var logger: Logger

    /// - Parameter write: takes each line; standard error unless given.
    package init(
        role: String, level: LogLevel = .info, write: @escaping @Sendable ([UInt8]) -> Void = Log.writeToStandardError
    ) {
        logger = Logger(label: role) { _ in JSONLogHandler(role: role, level: level.level, write: write) }
        logger.logLevel = level.level
    }

    /// A log that adds `fields` to each of its lines.
    package func with(_ fields: [String: LogValue]) -> Log {
        var copy = self
        for (name, value) in fields { copy.logger[metadataKey: name] = value.metadata }
        return copy
    }

    /// For whoever hunts a fault.
    package func debug(_ event: StaticString, _ fields: [String: LogValue] = [:]) { emit(.debug, event, fields) }

    /// What an operator wants to have happened.
    package func info(_ event: StaticString, _ fields: [String: LogValue] = [:]) { emit(.info, event, fields) }

    /// What went wrong and was dealt with.
    package func warning(_ event: StaticString, _ fields: [String: LogValue] = [:]) { emit(.warning, event, fields) }

    /// What went wrong and needs somebody.
    package func error(_ event: StaticString, _ fields: [String: LogValue] = [:]) { emit(.error, event, fields) }

    private func emit(_ level: Logger.Level, _ event: StaticString, _ fields: [String: LogValue]) {
        guard level >= logger.logLevel else { return }
        logger.log(level: level, "\(event.description)", metadata: fields.mapValues(\.metadata))
    }

    /// One `write(2)` a line, so that lines of several processes do not mix. A full disk loses lines, not the program.
    package static let writeToStandardError: @Sendable ([UInt8]) -> Void = { line in
        _ = line.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

/// From which severity on a log writes.
package enum LogLevel: String, CaseIterable, Sendable {
    case debug, info, warning, error

    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}

/// A field of a log line; literals and `.integer(…)` and `.text(…)` make one.
package enum LogValue: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case flag(Bool)

    /// The number of something.
    package static func count(_ value: Int) -> LogValue { .integer(Int64(value)) }

    /// An error by its description.
    package static func fault(_ error: any Error) -> LogValue { .text(String(describing: error)) }

    var metadata: Logger.MetadataValue {
        switch self {
        case .text(let value): .string(value)
        case .integer(let value): .stringConvertible(value)
        case .number(let value): .stringConvertible(value)
        case .flag(let value): .stringConvertible(value)
        }
    }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .flag(value) }
}
