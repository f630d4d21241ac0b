import CExpat
import Glibc
import ResultFormats

// Reads a JUnit file in 64 KiB pieces: `readers values FILE` to values, `readers expat FILE` with bare expat, whose
// handlers do nothing. Prints seconds, what was found and the most memory.

func pieces(_ path: String, _ take: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let descriptor = open(path, O_RDONLY)
    precondition(descriptor >= 0, "no file \(path)")
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
    while true {
        let count = read(descriptor, piece.baseAddress, piece.count)
        guard count > 0 else { break }
        try take(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
}

func values(_ path: String) throws -> Int {
    var found = 0
    var reader = ResultFormat.junit.reader()
    try pieces(path) { try reader.read($0) { if case .result = $0 { found += 1 } } }
    try reader.finish { _ in }
    return found
}

func bareExpat(_ path: String) -> Int {
    let parser = XML_ParserCreate(nil)
    XML_SetElementHandler(parser, { _, _, _ in }, { _, _ in })
    XML_SetCharacterDataHandler(parser) { _, _, _ in }
    pieces(path) { XML_Parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), 0) }
    let status = XML_Parse(parser, nil, 0, 1)
    XML_ParserFree(parser)
    return status == XML_STATUS_OK ? 0 : -1
}

func usage() -> rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
}

/// Seconds of the processor, which others on the machine do not lengthen.
func spent() -> Double {
    let time = usage()
    return Double(time.ru_utime.tv_sec + time.ru_stime.tv_sec) + Double(time.ru_utime.tv_usec + time.ru_stime.tv_usec)
        / 1e6
}

let began = spent()
let found =
    CommandLine.arguments[1] == "expat" ? bareExpat(CommandLine.arguments[2]) : try values(CommandLine.arguments[2])
print("{\"seconds\": \(spent() - began), \"found\": \(found), \"maxKiB\": \(usage().ru_maxrss)}")
