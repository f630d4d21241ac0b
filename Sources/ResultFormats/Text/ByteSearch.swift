internal import Glibc

extension UnsafeRawBufferPointer {
    /// The offset of the first place where `words` stand, at or after `start`.
    func offset(of words: StaticString, from start: Int = 0) -> Int? {
        guard let base = baseAddress, words.utf8CodeUnitCount > 0 else { return nil }
        var position = start
        while position + words.utf8CodeUnitCount <= count {
            let room = count - position - words.utf8CodeUnitCount + 1
            guard let found = memchr(base + position, Int32(words.utf8Start[0]), room) else { return nil }
            position = UnsafeRawPointer(found) - base
            if memcmp(base + position, words.utf8Start, words.utf8CodeUnitCount) == 0 { return position }
            position += 1
        }
        return nil
    }
}
