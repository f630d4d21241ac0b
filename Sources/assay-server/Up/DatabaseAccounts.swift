/// The two database users of the stack, in `server.env`: made on the first start, read by every role.
struct DatabaseAccounts {
    let ownerPassword: String
    let serverPassword: String

    init(file: String, socket: String) throws {
        let known = environmentLines(readFile(file) ?? "")
        ownerPassword = known["ASSAY_DB_OWNER_PASSWORD"] ?? randomPassword()
        serverPassword = known["ASSAY_DB_PASSWORD"] ?? randomPassword()
        let text = """
            ASSAY_DB_SOCKET=\(socket)
            ASSAY_DB_NAME=assay
            ASSAY_DB_USER=assay
            ASSAY_DB_PASSWORD=\(serverPassword)
            ASSAY_DB_OWNER=assay_owner
            ASSAY_DB_OWNER_PASSWORD=\(ownerPassword)

            """
        try writeFile(file, text, mode: 0o600)
    }
}

/// Reads `KEY=value` lines; anything else is skipped.
func environmentLines(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: { $0 == "\n" || $0 == "\0" }) {
        guard let equals = line.firstIndex(of: "="), line.first != "#" else { continue }
        values[String(line[..<equals])] = String(line[line.index(after: equals)...])
    }
    return values
}
