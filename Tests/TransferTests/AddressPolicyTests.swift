import Testing
import Transfer

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        "127.0.0.1", "10.1.2.3", "172.31.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:db8::1", "198.18.0.1",
    ])
    func `an address that is not public is refused`(text: String) throws {
        #expect(!AddressPolicy.publicOnly.permits(try #require(IPAddress(text))))
    }

    @Test(arguments: ["1.1.1.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])
    func `a public address is permitted`(text: String) throws {
        #expect(AddressPolicy.publicOnly.permits(try #require(IPAddress(text))))
    }

    @Test func `ranges are read in CIDR notation`() throws {
        let range = try #require(AddressRange("10.32.0.0/11"))
        #expect(range.contains(try #require(IPAddress("10.63.255.255"))))
        #expect(!range.contains(try #require(IPAddress("10.64.0.0"))))
        #expect(!range.contains(try #require(IPAddress("::1"))))
        let single = try #require(AddressRange("fd00::7"))
        #expect(single.contains(try #require(IPAddress("fd00::7"))))
        #expect(AddressRange("10.0.0.0/33") == nil)
        #expect(AddressRange("10.0.0/8") == nil)
        #expect(AddressRange("") == nil)
        #expect(AddressRange("10.0.0.0/x") == nil)
    }

    @Test func `addresses print as they are written`() throws {
        #expect(try #require(IPAddress("::ffff:1.2.3.4")).description == "1.2.3.4")
        #expect(try #require(IPAddress("fd00::7")).description == "fd00:0:0:0:0:0:0:7")
        #expect(!IPAddress(bytes: [1]).isPublic)
    }
}
