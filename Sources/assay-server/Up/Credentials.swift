/// What a script needs to log in: `credentials.json`, mode 0600.
enum Credentials {
    static func write(_ path: String, url: String, email: String, password: String) throws {
        try writeFile(
            path, "{\"url\":\"\(url)\",\"email\":\"\(email)\",\"password\":\"\(password)\"}\n", mode: 0o600)
    }

    /// The generated password holds only letters and digits, so it needs no JSON parser.
    static func password(in path: String) -> String? {
        guard let text = readFile(path), let key = text.firstRange(of: "\"password\":\"") else { return nil }
        return String(text[key.upperBound...].prefix { $0 != "\"" })
    }
}
