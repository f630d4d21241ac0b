/// An instant in UTC with millisecond resolution.
///
/// Text form is RFC 3339 with exactly three fraction digits and `Z`, as in JSON and the database (`DATETIME(3)`).
/// Time is always an argument below the programs: nothing in Domain reads a clock.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// The years 1000 to 9999: what `DATETIME(3)` stores and four digits print. Nothing else is read from text or
    /// reached by `adding`, so an instant that came in can always be stored, printed and read again.
    package static let range =
        Timestamp(milliseconds: -30_610_224_000_000)...Timestamp(milliseconds: 253_402_300_799_999)

    /// Milliseconds since 1970-01-01T00:00:00Z.
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

    /// The instant `ms` milliseconds later; stops at the ends of `range`.
    package func adding(ms: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(ms)
        let later = Timestamp(milliseconds: overflow ? (ms > 0 ? .max : .min) : sum)
        return min(max(later, Timestamp.range.lowerBound), Timestamp.range.upperBound)
    }

    /// Milliseconds from `earlier` to this instant; negative when `earlier` is later; saturates.
    package func milliseconds(since earlier: Timestamp) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return overflow ? (self > earlier ? .max : .min) : difference
    }
}

extension Timestamp: CustomStringConvertible {
    /// `2026-11-21T03:39:33.466Z`.
    package var description: String { text(separator: "T", suffix: "Z") }

    /// `2026-11-21 03:39:33.466`, the literal form of `DATETIME(3)`.
    package var sqlText: String { text(separator: " ", suffix: "") }

    private func text(separator: String, suffix: String) -> String {
        let civil = CivilTime(milliseconds: milliseconds)
        return padded(civil.year, 4) + "-" + padded(civil.month, 2) + "-" + padded(civil.day, 2) + separator
            + padded(civil.hour, 2) + ":" + padded(civil.minute, 2) + ":" + padded(civil.second, 2) + "."
            + padded(civil.millisecond, 3) + suffix
    }

    private func padded(_ value: Int, _ width: Int) -> String {
        let digits = String(value)
        return digits.count >= width ? digits : String(repeating: "0", count: width - digits.count) + digits
    }
}

extension Timestamp {
    /// Parses RFC 3339 (`T` or space, optional fraction, `Z` or an offset) and the SQL form; nil for anything else and
    /// for an instant outside `range` once its offset is taken off.
    package init?(_ text: some StringProtocol) {
        var reader = DigitReader(text)
        guard let year = reader.number(4), reader.skip("-"), let month = reader.number(2), reader.skip("-"),
            let day = reader.number(2), reader.skip("T") || reader.skip(" ") || reader.skip("t"),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), reader.skip(":"),
            let second = reader.number(2)
        else { return nil }
        let fraction = reader.skip(".") ? reader.milliseconds() : 0
        guard let fraction, (1...12).contains(month), (1...CivilTime.daysIn(month: month, year: year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var offsetMinutes = 0
        if !reader.isAtEnd, !reader.skip("Z"), !reader.skip("z") {
            let sign = reader.skip("+") ? 1 : reader.skip("-") ? -1 : 0
            guard sign != 0, let hours = reader.number(2), reader.skip(":"), let minutes = reader.number(2),
                hours < 24, minutes < 60
            else { return nil }
            offsetMinutes = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd else { return nil }
        let days = CivilTime.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = ((Int64(days) * 24 + Int64(hour)) * 60 + Int64(minute - offsetMinutes)) * 60 + Int64(second)
        self.init(milliseconds: seconds * 1000 + Int64(fraction))
        guard Timestamp.range.contains(self) else { return nil }
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 instant")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
