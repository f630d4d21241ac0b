import Glibc
package import Logging

/// Writes each log event as one line of JSON: `ts`, `level`, `event`, `role`, then the fields by name.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let role: String
    private let write: @Sendable ([UInt8]) -> Void
    private static let longestField = 8192

    /// - Parameter write: takes one whole line; called on the thread that logs.
    package init(role: String, level: Logger.Level, write: @escaping @Sendable ([UInt8]) -> Void) {
        self.role = role
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = JSONText()
        line.append(raw: "{\"ts\":")
        line.append(quoted: stamp(SystemClock.nowMs()))
        line.append(raw: ",\"level\":\"\(event.level.rawValue)\",\"event\":")
        line.append(quoted: event.message.description)
        line.append(raw: ",\"role\":")
        line.append(quoted: role)
        let fields =
            metadata
            .merging(metadataProvider?.get() ?? [:]) { _, later in later }
            .merging(event.metadata ?? [:]) { _, later in later }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !Self.reserved.contains(name) {
            line.append(raw: ",")
            line.append(quoted: name)
            line.append(raw: ":")
            append(value, to: &line)
        }
        line.append(raw: "}\n")
        write(line.bytes)
    }

    private static let reserved: Set<String> = ["ts", "level", "event", "role"]

    private func append(_ value: Logger.MetadataValue, to line: inout JSONText) {
        guard case .stringConvertible(let value) = value else {
            let text = value.description
            let isLong = text.utf8.count > Self.longestField
            line.append(quoted: isLong ? String(text.unicodeScalars.prefix(Self.longestField)) + "…" : text)
            return
        }
        switch value {
        case let flag as Bool: line.append(raw: flag ? "true" : "false")
        case let number as Int64: line.append(raw: "\(number)")
        case let number as Double where number.isFinite: line.append(raw: "\(number)")
        default: append(.string("\(value)"), to: &line)
        }
    }

    /// RFC 3339 with milliseconds.
    private func stamp(_ milliseconds: Int64) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: Int32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }
        return padded(parts.tm_year + 1900, 4) + "-" + padded(parts.tm_mon + 1, 2) + "-" + padded(parts.tm_mday, 2)
            + "T" + padded(parts.tm_hour, 2) + ":" + padded(parts.tm_min, 2) + ":" + padded(parts.tm_sec, 2) + "."
            + padded(Int32(milliseconds % 1000), 3) + "Z"
    }
}
