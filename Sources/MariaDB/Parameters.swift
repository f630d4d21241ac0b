import CMariaDB
import Domain
import Glibc

/// The values of one execution as C buffers, which live as long as this object.
final class Parameters {
    let binds: UnsafeMutablePointer<MYSQL_BIND>
    private let words: UnsafeMutablePointer<UInt64>
    private let times: UnsafeMutablePointer<MYSQL_TIME>
    private let bytes: UnsafeMutablePointer<UInt8>

    init(_ values: [SQLValue]) {
        let count = max(values.count, 1)
        binds = .allocate(capacity: count)
        binds.initialize(repeating: MYSQL_BIND(), count: count)
        words = .allocate(capacity: count)
        words.initialize(repeating: 0, count: count)
        times = .allocate(capacity: count)
        times.initialize(repeating: MYSQL_TIME(), count: count)
        bytes = .allocate(capacity: max(values.reduce(0) { $0 + $1.byteCount }, 1))
        var used = 0
        for (index, value) in values.enumerated() {
            binds[index] = bind(value, word: words + index, time: times + index, at: bytes + used)
            used += value.byteCount
        }
    }

    deinit {
        binds.deallocate()
        words.deallocate()
        times.deallocate()
        bytes.deallocate()
    }

    private func bind(
        _ value: SQLValue, word: UnsafeMutablePointer<UInt64>, time: UnsafeMutablePointer<MYSQL_TIME>,
        at place: UnsafeMutablePointer<UInt8>
    ) -> MYSQL_BIND {
        var bind = MYSQL_BIND()
        bind.buffer = UnsafeMutableRawPointer(word)
        switch value {
        case .null: bind.buffer_type = MYSQL_TYPE_NULL
        case .integer(let number):
            bind.buffer_type = MYSQL_TYPE_LONGLONG
            word.pointee = UInt64(bitPattern: number)
        case .unsigned(let number):
            bind.buffer_type = MYSQL_TYPE_LONGLONG
            bind.is_unsigned = 1
            word.pointee = number
        case .double(let number):
            bind.buffer_type = MYSQL_TYPE_DOUBLE
            word.pointee = number.bitPattern
        case .time(let instant):
            bind.buffer_type = MYSQL_TYPE_DATETIME
            time.pointee = MYSQL_TIME(instant)
            bind.buffer = UnsafeMutableRawPointer(time)
        case .text, .bytes:
            if case .text = value { bind.buffer_type = MYSQL_TYPE_STRING } else { bind.buffer_type = MYSQL_TYPE_BLOB }
            value.copyBytes(to: place)
            bind.buffer = UnsafeMutableRawPointer(place)
            bind.buffer_length = UInt(value.byteCount)
        }
        return bind
    }
}

extension SQLValue {
    /// Bytes that the value needs outside its fixed-size word.
    var byteCount: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        default: 0
        }
    }

    /// Copies `byteCount` bytes of text or bytes to `place`.
    func copyBytes(to place: UnsafeMutablePointer<UInt8>) {
        switch self {
        case .text(var text): text.withUTF8 { source in copy(source, to: place) }
        case .bytes(let bytes): bytes.withUnsafeBufferPointer { source in copy(source, to: place) }
        default: break
        }
    }

    private func copy(_ source: UnsafeBufferPointer<UInt8>, to place: UnsafeMutablePointer<UInt8>) {
        guard let base = source.baseAddress else { return }
        memcpy(place, base, source.count)
    }
}

extension MYSQL_TIME {
    init(_ instant: Timestamp) {
        let civil = CivilTime(milliseconds: instant.milliseconds)
        self.init()
        year = UInt32(clamping: civil.year)
        month = UInt32(clamping: civil.month)
        day = UInt32(clamping: civil.day)
        hour = UInt32(clamping: civil.hour)
        minute = UInt32(clamping: civil.minute)
        second = UInt32(clamping: civil.second)
        second_part = UInt(clamping: civil.millisecond * 1000)
        time_type = MYSQL_TIMESTAMP_DATETIME
    }

    /// The instant, cut to milliseconds; nil for the zero date.
    var timestamp: Timestamp? {
        guard month > 0, day > 0 else { return nil }
        let days = CivilTime.daysSinceEpoch(year: Int(year), month: Int(month), day: Int(day))
        let seconds = ((Int64(days) * 24 + Int64(hour)) * 60 + Int64(minute)) * 60 + Int64(second)
        return Timestamp(milliseconds: seconds * 1000 + Int64(second_part / 1000))
    }
}
