import Domain
import FoundationEssentials
import Testing

@Suite struct UUIDv7Tests {
    @Test func `ids of later instants sort later, as values and as text`() {
        let ids = (0..<200).map { UUIDv7(at: Timestamp(milliseconds: 1_700_000_000_000 + Int64($0))) }
        #expect(ids == ids.shuffled().sorted())
        #expect(ids.map(\.description) == ids.map(\.description).sorted())
        #expect(UUIDv7(high: 1, low: 2) < UUIDv7(high: 1, low: 3) && UUIDv7(high: 1, low: 9) < UUIDv7(high: 2, low: 0))
        let id = ID<Execution>(UUIDv7(high: 1, low: 2))
        #expect(!(id < id) && id < ID(UUIDv7(high: 1, low: 3)))
    }

    @Test func `an id carries its instant, version 7 and the RFC variant`() {
        for milliseconds in [0, 1, 1_700_000_000_000, 0xffff_ffff_ffff] as [Int64] {
            let id = UUIDv7(at: Timestamp(milliseconds: milliseconds))
            #expect(id.time.milliseconds == milliseconds)
            #expect(id.high >> 12 & 0xf == 7 && id.low >> 62 == 2)
        }
        #expect(UUIDv7(at: Timestamp(milliseconds: -5)).time.milliseconds == 0)
        #expect(UUIDv7(at: Timestamp(milliseconds: .max)).time.milliseconds >= 0)
    }

    @Test func `ids of one instant differ`() {
        let time = Timestamp(milliseconds: 1_700_000_000_000)
        #expect(Set((0..<1000).map { _ in UUIDv7(at: time) }).count == 1000)
    }

    @Test func `reads both cases and writes the lower one`() throws {
        let id = try #require(UUIDv7("019ABCDE-F012-7345-8678-9ABCDEF01234"))
        #expect(id.description == "019abcde-f012-7345-8678-9abcdef01234")
        #expect(id.high == 0x019a_bcde_f012_7345 && id.low == 0x8678_9abc_def0_1234)
        #expect(UUIDv7(id.description[...]) == id)
        #expect(UUIDv7("ffffffff-ffff-ffff-ffff-ffffffffffff")?.low == .max)
    }

    @Test(arguments: [
        "", "019abcde", "019abcdef01273458678-9abcdef01234", "019abcde-f012-7345-8678-9abcdef0123",
        "019abcde-f012-7345-8678-9abcdef012345", "019abcdeff012-7345-8678-9abcdef01234",
        "019abcde-f012-7345-8678-9abcdef0123g", "{19abcde-f012-7345-8678-9abcdef01234",
        "019abcde-f012-7345-8678-9abcdef0123é",
        " 019abcde-f012-7345-8678-9abcdef0123",
    ])
    func `refuses what is no UUID`(text: String) {
        #expect(UUIDv7(text) == nil)
        #expect(ID<Execution>(text) == nil)
    }

    @Test func `typed ids compare, print and travel in JSON as their text`() throws {
        let early = ID<Execution>(at: Timestamp(milliseconds: 1000))
        let late = ID<Execution>(at: Timestamp(milliseconds: 2000))
        #expect(early < late && ID<Execution>(early.description) == early && ID<Execution>(early.uuid) == early)
        let data = try JSONEncoder().encode([early])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(early)\"]")
        #expect(try JSONDecoder().decode([ID<Execution>].self, from: data) == [early])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([ID<Execution>].self, from: Data(#"["1"]"#.utf8))
        }
    }
}
