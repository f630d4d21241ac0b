/// Which addresses an exchange may connect to; asked for every connection, so also after a redirect.
package struct AddressPolicy: Sendable, Equatable {
    private let allowsEverything: Bool
    private let allowed: [AddressRange]

    /// Only addresses of the public internet.
    package static let publicOnly = AddressPolicy(allowsEverything: false, allowed: [])

    /// No restriction: for programs whose user chooses the address, such as an agent's `http` step.
    package static let anyAddress = AddressPolicy(allowsEverything: true, allowed: [])

    /// The public internet and these private ranges.
    package static func publicAnd(_ ranges: [AddressRange]) -> AddressPolicy {
        AddressPolicy(allowsEverything: false, allowed: ranges)
    }

    package func permits(_ address: IPAddress) -> Bool {
        allowsEverything || address.isPublic || allowed.contains { $0.contains(address) }
    }
}

/// An IPv4 or IPv6 address; an IPv4-mapped IPv6 address is the IPv4 address.
package struct IPAddress: Sendable, Hashable {
    /// 4 or 16 bytes in network order.
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        let isMapped =
            bytes.count == 16 && bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 255 && bytes[11] == 255
        self.bytes = isMapped ? Array(bytes.suffix(4)) : bytes
    }

    /// Whether it is routed on the public internet: not loopback, private, link-local, multicast, reserved or a
    /// translation of such an IPv4 address.
    package var isPublic: Bool {
        if bytes.count == 4 { return !AddressRange.reservedIPv4.contains { $0.contains(self) } }
        guard bytes.count == 16 else { return false }
        return AddressRange.globalIPv6.contains(self) && !AddressRange.reservedIPv6.contains { $0.contains(self) }
    }
}

/// A block of addresses in CIDR notation.
package struct AddressRange: Sendable, Hashable {
    private let network: IPAddress
    private let prefixBits: Int

    fileprivate init(_ bytes: [UInt8], _ prefixBits: Int) {
        network = IPAddress(bytes: bytes)
        self.prefixBits = prefixBits
    }

    /// Parses `10.0.0.0/8`, `fd00::/8` or a single address; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let width = address.bytes.count * 8
        guard parts.count > 1 else {
            self.init(address.bytes, width)
            return
        }
        guard let bits = Int(parts[1]), (0...width).contains(bits) else { return nil }
        self.init(address.bytes, bits)
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == network.bytes.count else { return false }
        var remaining = prefixBits
        for (mine, theirs) in zip(network.bytes, address.bytes) where remaining > 0 {
            let mask: UInt8 = remaining >= 8 ? 255 : ~(255 >> UInt8(remaining))
            if mine & mask != theirs & mask { return false }
            remaining -= 8
        }
        return true
    }

    // IANA special-purpose registries; multicast and the former class E are the last two.
    fileprivate static let reservedIPv4 = [
        AddressRange([0, 0, 0, 0], 8), AddressRange([10, 0, 0, 0], 8), AddressRange([100, 64, 0, 0], 10),
        AddressRange([127, 0, 0, 0], 8), AddressRange([169, 254, 0, 0], 16), AddressRange([172, 16, 0, 0], 12),
        AddressRange([192, 0, 0, 0], 24), AddressRange([192, 0, 2, 0], 24), AddressRange([192, 88, 99, 0], 24),
        AddressRange([192, 168, 0, 0], 16), AddressRange([198, 18, 0, 0], 15), AddressRange([198, 51, 100, 0], 24),
        AddressRange([203, 0, 113, 0], 24), AddressRange([224, 0, 0, 0], 4), AddressRange([240, 0, 0, 0], 4),
    ]

    private static func ipv6(_ head: [UInt8], _ bits: Int) -> AddressRange {
        AddressRange(head + [UInt8](repeating: 0, count: 16 - head.count), bits)
    }

    // Everything outside 2000::/3 (loopback, unique local, link-local, multicast, NAT64) is refused; inside it Teredo,
    // documentation and 6to4, which carry IPv4 addresses of their own.
    fileprivate static let globalIPv6 = ipv6([0x20], 3)
    fileprivate static let reservedIPv6 = [
        ipv6([0x20, 0x01, 0, 0], 32), ipv6([0x20, 0x01, 0x0d, 0xb8], 32), ipv6([0x20, 0x02], 16),
    ]
}
