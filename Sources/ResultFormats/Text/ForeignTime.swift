/// Instants and durations as foreign files write them, read from bytes.
enum ForeignTime {
    /// Longer than any test: 30 days.
    static let absurdMs: Int64 = 30 * 86_400_000

    /// Milliseconds since 1970 of an ISO 8601 date and time with or without zone (then UTC), `2024-01-31 12:00:00`,
    /// Robot's `20240131 12:00:00.123`; fractions of any length. Nil when it is something else.
    static func instant(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var reader = Digits(bytes)
        guard let year = reader.number(4) else { return nil }
        let dashed = reader.skip("-")
        guard let month = reader.number(2), !dashed || reader.skip("-"), let day = reader.number(2),
            (1...12).contains(month), (1...31).contains(day), (1000...9999).contains(year)
        else { return nil }
        var seconds = days(year, month, day) * 86_400
        if reader.atEnd { return seconds * 1000 }
        guard reader.skip("T") || reader.skip("t") || reader.skip(" "),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2), hour < 25, minute < 60
        else { return nil }
        var milliseconds: Int64 = 0
        seconds += hour * 3600 + minute * 60
        if reader.skip(":") {
            guard let second = reader.number(2), second < 61 else { return nil }
            seconds += second
            if reader.skip(".") || reader.skip(",") { milliseconds = reader.thousandths() }
        }
        guard let offset = zone(&reader) else { return nil }
        return (seconds - offset) * 1000 + milliseconds
    }

    static func instant(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { instant(UnsafeRawBufferPointer($0)) }
    }

    /// Milliseconds of a count of seconds. A dot, or without one a comma, is the decimal separator; with both the
    /// comma groups. Nil when it is no number; negative and absurd ones are 0 with a flag.
    static func duration(_ bytes: UnsafeRawBufferPointer, unitMs: Double = 1000) -> (ms: Int64, flag: String?)? {
        decimal(bytes).map { clamped($0 * unitMs) }
    }

    static func clamped(_ ms: Double) -> (ms: Int64, flag: String?) {
        if ms < 0 { return (0, "negativeDuration") }
        guard ms <= Double(absurdMs) else { return (0, "absurdDuration") }
        return (Int64(ms.rounded()), nil)
    }

    /// Milliseconds of `hh:mm:ss.fffffff`, with or without days in front as `d.hh:mm:ss`.
    static func clock(_ bytes: UnsafeRawBufferPointer) -> (ms: Int64, flag: String?)? {
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 3, let seconds = decimal(UnsafeRawBufferPointer(rebasing: parts[2])),
            let minutes = decimal(UnsafeRawBufferPointer(rebasing: parts[1]))
        else { return nil }
        let front = parts[0].split(separator: UInt8(ascii: "."))
        let counts = front.compactMap { decimal(UnsafeRawBufferPointer(rebasing: $0)) }
        guard counts.count == front.count, let hours = counts.last, counts.count <= 2 else { return nil }
        let days = counts.count == 2 ? counts[0] : 0
        return clamped((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000)
    }

    private static func decimal(_ bytes: UnsafeRawBufferPointer) -> Double? {
        let isSpace: (UInt8) -> Bool = { $0 <= 0x20 }
        let text = bytes.drop(while: isSpace).prefix(64)
        let point = text.contains(UInt8(ascii: ".")) ? UInt8(ascii: ".") : UInt8(ascii: ",")
        if let plain = plainDecimal(text, point) { return plain }
        var digits: [UInt8] = []
        digits.reserveCapacity(24)
        for byte in text {
            if byte == point {
                digits.append(UInt8(ascii: "."))
            } else if byte != UInt8(ascii: ","), !isSpace(byte) {
                digits.append(byte)
            }
        }
        guard digits.contains(where: { $0 &- 48 < 10 }), let number = Double(String(decoding: digits, as: UTF8.self)),
            number.isFinite
        else { return nil }
        return number
    }

    /// Digits with one separator or none, which is nearly all there is.
    private static func plainDecimal(_ text: Slice<UnsafeRawBufferPointer>, _ point: UInt8) -> Double? {
        guard 1...15 ~= text.count else { return nil }
        var digits: Int64 = 0
        var divisor: Int64 = 0
        for byte in text {
            if byte &- 48 < 10 {
                digits = digits * 10 + Int64(byte &- 48)
                divisor *= 10
            } else if byte == point, divisor == 0, text.count > 1 {
                divisor = 1
            } else {
                return nil
            }
        }
        return Double(digits) / Double(max(divisor, 1))
    }

    /// Seconds east of UTC; 0 for none.
    private static func zone(_ reader: inout Digits) -> Int64? {
        _ = reader.skip(" ")
        if reader.atEnd || reader.skip("Z") || reader.skip("z") { return reader.atEnd ? 0 : nil }
        let west = reader.skip("-")
        guard west || reader.skip("+"), let hours = reader.number(2) else { return nil }
        _ = reader.skip(":")
        let minutes = reader.atEnd ? 0 : reader.number(2)
        guard let minutes, reader.atEnd, hours < 24, minutes < 60 else { return nil }
        return (west ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// Days since 1970 of a date of the Gregorian calendar.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let ofEra = shifted - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}

/// Reads digits of a fixed count from the front.
private struct Digits {
    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    private let end: Int

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        position = bytes.firstIndex { $0 > 0x20 } ?? bytes.count
        end = bytes.lastIndex { $0 > 0x20 }.map { $0 + 1 } ?? bytes.count
    }

    var atEnd: Bool { position >= end }

    mutating func number(_ count: Int) -> Int64? {
        guard end - position >= count else { return nil }
        var value: Int64 = 0
        for index in position..<position + count {
            let digit = bytes[index] &- 48
            guard digit < 10 else { return nil }
            value = value * 10 + Int64(digit)
        }
        position += count
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < end, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    /// The first three of any number of digits.
    mutating func thousandths() -> Int64 {
        var value: Int64 = 0
        var weight: Int64 = 100
        while position < end, bytes[position] &- 48 < 10 {
            value += Int64(bytes[position] &- 48) * weight
            weight /= 10
            position += 1
        }
        return value
    }
}
