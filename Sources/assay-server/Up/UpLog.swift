import Glibc

/// The supervisor's own JSON lines, beside those of the roles.
struct UpLog {
    func line(_ event: String, _ role: String, _ detail: String) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        var seconds = now.tv_sec
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let at = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let ms = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
        let level = event == "role.died" || event == "role.killed" ? "warning" : "info"
        let body = "{\"ts\":\"\(at).\(ms)Z\",\"level\":\"\(level)\",\"event\":\"\(event)\",\"role\":\"up\","
            + "\"child\":\"\(role)\",\"detail\":\"\(escaped(detail))\"}\n"
        let bytes = Array(body.utf8)
        _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private func escaped(_ text: String) -> String {
        String(text.flatMap { $0 == "\"" || $0 == "\\" ? ["\\", $0] : ($0.isNewline ? [" "] : [$0]) })
    }
}
