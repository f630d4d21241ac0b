import Domain
import Executions
import FastCGI
import Wire

extension Routes {
    static let artifacts: [Route] = [
        Route(
            .get, "/api/v1/executions/{id}/artifacts", .project(.read, .owner(.execution)), "List artifacts",
            answer: AnswerDoc(200, "Artifacts, newest attempt first.", .page("Artifact"))
        ) { call in
            let artifacts = try call.services.artifacts.list(try call.id(), project: try call.project())
            return .page(artifacts.map(\.json))
        },
        Route(
            .get, "/api/v1/executions/{id}/artifacts/{name…}", .project(.read, .owner(.execution)),
            "Download an artifact", query: [QueryParameter("attempt", .integer(1...65_535), "Default the newest.")],
            answer: AnswerDoc(200, "The bytes.", .other(mediaType: "application/octet-stream"))
        ) { call in
            let found = try call.services.artifacts.list(
                try call.id(), project: try call.project(), name: call.parameter("name"),
                attempt: call.query.integer("attempt"))
            guard let artifact = found.first else { throw Problem(.notFound, "There is no such artifact.") }
            try call.auditRead(
                "artifact.download", "execution", call.parameter("id"), ["name": .string(artifact.name)])
            return artifact.download
        },
        Route(
            .put, "/agent/v1/executions/{id}/artifacts/{name…}", .agent, "Send an artifact",
            query: [
                QueryParameter("fence", .integer(0...4_294_967_295), isRequired: true, "Fence of the attempt."),
                QueryParameter("droppedBytes", .integer(0...Int64.max), "Bytes that were not kept."),
            ], body: .file, answer: AnswerDoc(201, "What was stored.", .one("StoredArtifact"))
        ) { call in
            guard let file = call.request.bodyFile else {
                throw Problem(.malformedRequest, "The web server handed over no file.")
            }
            let artifact = try call.services.artifacts.put(
                try call.id(), fence: call.query.integer("fence") ?? 0, name: call.parameter("name"),
                droppedBytes: call.query.integer("droppedBytes") ?? 0,
                mediaType: mediaType(call.request.header("Content-Type")), file: file, by: try call.agentCaller())
            return .json(
                [
                    "name": .string(artifact.name), "bytes": .count(artifact.bytes), "sha256": .string(artifact.sha256),
                ], status: 201)
        },
    ]

    /// What an agent says about its bytes is shown to people's browsers, so only plain types are believed.
    private static func mediaType(_ header: String?) -> String {
        let type = BodyReading.mediaType(header)
        let parts = type.split(separator: "/", omittingEmptySubsequences: false)
        let isToken = parts.count == 2 && parts.allSatisfy { TextPattern.headerName.matches(String($0)) }
        return isToken && type.utf8.count <= 127 ? type : "application/octet-stream"
    }
}

extension ArtifactStore.Artifact {
    fileprivate var json: JSONValue {
        [
            "attempt": .count(attempt), "name": .string(name), "bytes": .count(bytes),
            "droppedBytes": .count(droppedBytes), "mediaType": .string(mediaType), "sha256": .string(sha256),
        ]
    }

    /// The web server sends the bytes. Always as a download: an artifact is somebody else's text, perhaps with scripts.
    fileprivate var download: Response {
        Response(
            status: 200,
            headers: [
                ("Content-Type", mediaType), ("X-Accel-Redirect", "/_artifacts/\(ArtifactFiles.path(sha256: sha256))"),
                ("Content-Disposition", "attachment; filename*=UTF-8''\(percentEncoded(fileName))"),
                ("X-Content-Type-Options", "nosniff"), ("Content-Security-Policy", "sandbox; default-src 'none'"),
                ("ETag", "\"\(sha256)\""),
            ])
    }

    private var fileName: String { name.split(separator: "/").last.map(String.init) ?? name }
}

/// RFC 8187: everything but letters, digits, '.', '-' and '_' as %XX.
func percentEncoded(_ text: String) -> String {
    let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_".utf8)
    let hex = Array("0123456789ABCDEF".utf8)
    var out: [UInt8] = []
    for byte in text.utf8 {
        if plain.contains(byte) {
            out.append(byte)
        } else {
            out += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
        }
    }
    return String(decoding: out, as: UTF8.self)
}
