internal import Glibc

/// A name of an element or attribute without its namespace, as bytes of expat; of use during the call only.
struct XMLName {
    private let start: UnsafePointer<CChar>

    init(_ start: UnsafePointer<CChar>) {
        self.start = strchr(start, 58).map { UnsafePointer($0) + 1 } ?? start
    }

    static func ~= (word: StaticString, name: XMLName) -> Bool {
        name == word
    }

    static func == (name: XMLName, word: StaticString) -> Bool {
        UInt8(bitPattern: name.start.pointee) == word.utf8Start.pointee
            && strcmp(name.start, UnsafeRawPointer(word.utf8Start).assumingMemoryBound(to: CChar.self)) == 0
    }

    var string: String { String(cString: start) }
}

/// The value of an attribute, as bytes of expat; of use during the call only.
struct XMLValue {
    let bytes: UnsafeRawBufferPointer

    init(_ start: UnsafePointer<CChar>) {
        bytes = UnsafeRawBufferPointer(start: start, count: strlen(start))
    }

    var string: String { String(decoding: bytes, as: UTF8.self) }
    var nonEmpty: String? { bytes.isEmpty ? nil : string }
    var integer: Int? { Int(string.drop { $0 == " " }) }

    func equals(_ text: String) -> Bool {
        guard text.utf8.count == bytes.count else { return false }
        var text = text
        return text.withUTF8 { $0.baseAddress.map { memcmp($0, start, bytes.count) == 0 } ?? true }
    }

    func equals(_ word: StaticString) -> Bool {
        word.utf8CodeUnitCount == bytes.count && memcmp(word.utf8Start, start, bytes.count) == 0
    }

    private var start: UnsafeRawPointer { bytes.baseAddress ?? UnsafeRawPointer(("" as StaticString).utf8Start) }
}

/// The attributes of an element in their order; of use during the call only.
struct XMLAttributes: Sequence, IteratorProtocol {
    private var pair: UnsafeMutablePointer<UnsafePointer<CChar>?>?

    init(_ first: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        pair = first
    }

    mutating func next() -> (XMLName, XMLValue)? {
        guard let pair, let name = pair[0], let value = pair[1] else { return nil }
        self.pair = pair + 2
        return (XMLName(name), XMLValue(value))
    }

    subscript(_ word: StaticString) -> XMLValue? {
        for (name, value) in self where name == word { return value }
        return nil
    }
}
