/// A time-ordered UUID (RFC 9562, version 7); text is lower case.
package struct UUIDv7: Hashable, Comparable, Sendable {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A fresh id for something that begins at `time`; the other 74 bits are random.
    package init(at time: Timestamp) {
        var generator = SystemRandomNumberGenerator()
        self.init(at: time, using: &generator)
    }

    package init(at time: Timestamp, using generator: inout some RandomNumberGenerator) {
        let milliseconds = UInt64(clamping: time.milliseconds) & 0xffff_ffff_ffff
        high = milliseconds << 16 | 0x7000 | (generator.next(upperBound: UInt64(0x1000)))
        low = 0x8000_0000_0000_0000 | generator.next(upperBound: UInt64(1) << 62)
    }

    /// The smallest id of something that begins at `time`: a bound for ranges of keys.
    package static func first(at time: Timestamp) -> UUIDv7 {
        UUIDv7(high: (UInt64(clamping: time.milliseconds) & 0xffff_ffff_ffff) << 16, low: 0)
    }

    /// Parses the 36-character form in either case; nil for anything else. Any UUID version is read.
    package init?(_ text: some StringProtocol) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var index = 0
        for byte in text.utf8 {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard byte == UInt8(ascii: "-") else { return nil }
            } else {
                guard index < 36, let digit = hexDigit(byte) else { return nil }
                if index < 18 { high = high << 4 | digit } else { low = low << 4 | digit }
            }
            index += 1
        }
        guard index == 36 else { return nil }
        self.init(high: high, low: low)
    }

    package static func < (left: UUIDv7, right: UUIDv7) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }

    /// The creation instant carried in the first 48 bits.
    package var time: Timestamp { Timestamp(milliseconds: Int64(high >> 16)) }
}

private func hexDigit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
    default: nil
    }
}

extension UUIDv7: LosslessStringConvertible {
    package init?(_ description: String) { self.init(description[...]) }

    package var description: String {
        let digits: StaticString = "0123456789abcdef"
        return String(unsafeUninitializedCapacity: 36) { buffer in
            var position = 0
            for nibble in 0..<32 {
                if nibble == 8 || nibble == 12 || nibble == 16 || nibble == 20 {
                    buffer[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = nibble < 16 ? high : low
                let value = Int(truncatingIfNeeded: word >> UInt64(60 - nibble % 16 * 4) & 15)
                buffer[position] = digits.utf8Start[value]
                position += 1
            }
            return 36
        }
    }
}

/// The id of one `Entity`: ids of different things do not mix.
package struct ID<Entity>: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let uuid: UUIDv7

    package init(_ uuid: UUIDv7) { self.uuid = uuid }

    package init(at time: Timestamp) { uuid = UUIDv7(at: time) }

    package init?(_ text: some StringProtocol) {
        guard let uuid = UUIDv7(text) else { return nil }
        self.uuid = uuid
    }

    package static func < (left: ID, right: ID) -> Bool { left.uuid < right.uuid }

    package var description: String { uuid.description }
}

extension ID: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let id = ID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
