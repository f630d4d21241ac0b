import Domain
import FoundationEssentials
import Testing

@Suite struct TimestampTests {
    @Test(arguments: [
        (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00.000Z"),
        (1_709_164_800_123, "2024-02-29T00:00:00.123Z"), (-2_203_891_200_000, "1900-03-01T00:00:00.000Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        (-30_610_224_000_000, "1000-01-01T00:00:00.000Z"),
    ])
    func `formats and parses back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "2026-11-21T03:39:33.466Z", "2026-11-21 03:39:33.466", "2026-11-21t03:39:33.466z",
        "2026-11-21T03:39:33.466+00:00",
        "2026-11-21T05:39:33.466+02:00", "2026-11-20T20:09:33.466-07:30", "2026-11-21T03:39:33.466999999Z",
        "2026-11-22T03:38:33.466+23:59",
    ])
    func `takes every form of the same instant`(text: String) {
        #expect(Timestamp(text)?.description == "2026-11-21T03:39:33.466Z")
    }

    @Test func `short fractions are tenths and hundredths`() {
        #expect(Timestamp("1970-01-01T00:00:00.5Z")?.milliseconds == 500)
        #expect(Timestamp("1970-01-01T00:00:00.05Z")?.milliseconds == 50)
        #expect(Timestamp("1970-01-01T00:00:01Z")?.milliseconds == 1000)
    }

    @Test(arguments: [
        "", " ", "now", "2026", "2026-11-21", "2026-11-21T", "2026-11-21T03:39Z", "2026-13-01T00:00:00Z",
        "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z",
        "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00 Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+00:60", "2026-01-01T00:00:00+0000",
        "2026-01-01T00:00:00~00:00",
        "-026-01-01T00:00:00Z", "+2026-01-01T00:00:00Z", "２０２６-01-01T00:00:00Z", "2026-01-01T00:00:00Z\0",
        "2026/01/01T00:00:00Z",
        " 2026-01-01T00:00:00Z", "12026-01-01T00:00:00Z",
        // Outside what the database stores, some only once the offset is taken off.
        "0000-01-01T00:00:00Z", "0000-01-01T00:00:00+01:00", "0999-12-31T23:59:59.999Z", "1000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59.999-00:01",
    ])
    func `refuses what is no instant`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `the SQL form has neither T nor Z`() {
        #expect(Timestamp(milliseconds: 7).sqlText == "1970-01-01 00:00:00.007")
    }

    @Test func `an offset at the edge of what can be stored is taken off first`() {
        #expect(Timestamp("9999-12-31T23:59:59.999Z") == Timestamp.range.upperBound)
        #expect(Timestamp("0999-12-31T23:00:00-01:00") == Timestamp.range.lowerBound)
    }

    @Test func `arithmetic saturates at both ends`() {
        let first = Timestamp.range.lowerBound
        let last = Timestamp.range.upperBound
        #expect(last.adding(ms: .max) == last && first.adding(ms: .min) == first)
        #expect(last.adding(ms: 1) == last && first.adding(ms: -1) == first)
        #expect(Timestamp(milliseconds: 5).adding(ms: -7).milliseconds == -2)
        let (least, most) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        #expect(most.milliseconds(since: least) == .max && least.milliseconds(since: most) == .min)
        #expect(most.adding(ms: 1) == last && least.adding(ms: -1) == first)
        #expect(Timestamp(milliseconds: 5).milliseconds(since: Timestamp(milliseconds: 7)) == -2)
        #expect(first < last && !(last < first))
        #expect(!least.description.isEmpty && !most.description.isEmpty)
    }

    @Test func `JSON is its text`() throws {
        let time = Timestamp(milliseconds: 1_709_164_800_123)
        let data = try JSONEncoder().encode([time])
        #expect(String(decoding: data, as: UTF8.self) == #"["2024-02-29T00:00:00.123Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [time])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["soon"]"#.utf8))
        }
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data("[1]".utf8)) }
    }

    @Test func `civil time and day numbers agree on every day of four centuries`() {
        var day = CivilTime.daysSinceEpoch(year: 1800, month: 1, day: 1)
        var wrong = 0
        for year in 1800..<2201 {
            for month in 1...12 {
                for date in 1...CivilTime.daysIn(month: month, year: year) {
                    let civil = CivilTime(milliseconds: Int64(day) * 86_400_000 + 86_399_999)
                    let isSame =
                        civil.year == year && civil.month == month && civil.day == date
                        && civil.hour == 23 && civil.minute == 59 && civil.second == 59 && civil.millisecond == 999
                    if !isSame || CivilTime.daysSinceEpoch(year: year, month: month, day: date) != day { wrong += 1 }
                    day += 1
                }
            }
        }
        #expect(wrong == 0)
        #expect(
            CivilTime.daysSinceEpoch(year: -1, month: 3, day: 1) == CivilTime.daysSinceEpoch(year: 0, month: 3, day: 1)
                - 366)
        #expect([1900, 2000, 2023, 2024].map { CivilTime.daysIn(month: 2, year: $0) } == [28, 29, 28, 29])
    }
}
