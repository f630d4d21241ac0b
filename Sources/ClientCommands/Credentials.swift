import Domain
import Glibc

/// What `assay login` stores: `credentials.json`, readable by its owner only.
struct Credentials: Equatable {
    var url: String
    var token: String

    static func path(_ context: ClientContext) -> String { context.configDirectory + "/credentials.json" }

    static func stored(_ context: ClientContext) -> Credentials? {
        guard let bytes = readFile(path(context)), let document = try? JSONParser.parse(bytes),
            let url = document["url"]?.string, let token = document["token"]?.string
        else { return nil }
        return Credentials(url: url, token: token)
    }

    func store(_ context: ClientContext) throws(ClientError) {
        makeDirectories(context.configDirectory)
        let path = Credentials.path(context)
        let document: JSONValue = ["url": .string(url), "token": .string(token)]
        let temporary = path + ".new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ClientError("cannot write '\(path)': \(String(cString: strerror(errno)))") }
        let bytes = document.serialized() + [10]
        let count = write(file, bytes, bytes.count)
        close(file)
        guard count == bytes.count, rename(temporary, path) == 0 else {
            throw ClientError("cannot write '\(path)': \(String(cString: strerror(errno)))")
        }
    }

    private func makeDirectories(_ path: String) {
        var made = path.hasPrefix("/") ? "" : "."
        for part in path.split(separator: "/") {
            made += "/" + part
            mkdir(made, 0o700)
        }
    }
}

/// The whole content of a file; nil when it cannot be read or is longer than 16 MiB.
func readFile(_ path: String) -> [UInt8]? {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(file, &buffer, buffer.count)
        guard count >= 0, bytes.count + count <= 16 << 20 else { return nil }
        if count == 0 { return bytes }
        bytes.append(contentsOf: buffer.prefix(count))
    }
}
