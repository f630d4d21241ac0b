/// The CGI parameters of one request, as bytes: nothing a client sends is trusted to be text.
struct Parameters {
    private var values: [String: [UInt8]] = [:]
    /// Request headers in lower case; invalid UTF-8 in a value is repaired.
    private(set) var headers: [(String, String)] = []

    init() {}

    /// Copies libfcgi's `NAME=value` strings; anything without `=` is skipped.
    init(_ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) {
        guard var cursor = environment else { return }
        while let entry = cursor.pointee {
            add(
                UnsafeBufferPointer(
                    start: UnsafeRawPointer(entry).assumingMemoryBound(to: UInt8.self), count: length(entry)))
            cursor += 1
        }
    }

    mutating func add(_ entry: some Collection<UInt8>) {
        guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return }
        let name = String(decoding: entry[..<equals], as: UTF8.self)
        let value = Array(entry[entry.index(after: equals)...])
        if name.hasPrefix("HTTP_") {
            headers.append((headerName(name.dropFirst(5)), String(decoding: value, as: UTF8.self)))
        } else {
            if name == "CONTENT_TYPE" || name == "CONTENT_LENGTH", !value.isEmpty {
                headers.append((headerName(name[...]), String(decoding: value, as: UTF8.self)))
            }
            values[name] = value
        }
    }

    func bytes(_ name: String) -> [UInt8]? { values[name] }

    /// The value as text; nil when absent, empty or not UTF-8.
    func text(_ name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return String(validating: value, as: UTF8.self)
    }
}

private func length(_ text: UnsafePointer<CChar>) -> Int {
    var end = text
    while end.pointee != 0 { end += 1 }
    return end - text
}

private func headerName(_ name: Substring) -> String {
    String(name.map { $0 == "_" ? "-" : $0 }).lowercased()
}
