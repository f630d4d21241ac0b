import Domain
import FastCGI
import Wire

extension Routes {
    static let operations: [Route] = [
        Route(
            .get, "/healthz", .anyone, "Say that this process answers",
            answer: AnswerDoc(200, "It does.", .other(mediaType: "text/plain"))
        ) { _ in
            Response(
                status: 200, headers: [("Content-Type", "text/plain"), ("Cache-Control", "no-store")],
                body: Array("ok\n".utf8))
        },
        Route(
            .get, "/readyz", .anyone, "Say whether everything works together",
            answer: AnswerDoc(200, "It does; 503 names what does not.", .one("Readiness"))
        ) { call in
            let checks = Readiness(services: call.services).checks()
            let isReady = checks.allSatisfy(\.isOK)
            let json = JSONValue.object(
                Dictionary(
                    uniqueKeysWithValues: checks.map {
                        ($0.name, ["ok": .bool($0.isOK), "detail": .string($0.detail)])
                    }))
            guard isReady else {
                let broken = checks.filter { !$0.isOK }.map { "\($0.name): \($0.detail)" }.joined(separator: "; ")
                throw Problem(.unavailable, broken, retryAfterSeconds: 1, extensions: ["ready": false, "checks": json])
            }
            return .json(["ready": true, "checks": json], headers: [("Cache-Control", "no-store")])
        },
        Route(
            .get, "/metrics", .anyone, "Read the figures of this process for Prometheus",
            answer: AnswerDoc(200, "Text format 0.0.4.", .other(mediaType: "text/plain"))
        ) { call in
            Response(
                status: 200,
                headers: [("Content-Type", "text/plain; version=0.0.4; charset=utf-8"), ("Cache-Control", "no-store")],
                body: Array(call.services.exposition().utf8))
        },
        Route(
            .get, "/api/v1/system", .signedIn, "Show version, limits and clock",
            answer: AnswerDoc(200, "The system.", .one("System"))
        ) { call in
            .json([
                "version": .string(call.services.version), "time": .time(call.now),
                "protocol": .count(agentProtocolVersion),
                "limits": [
                    "bodyBytes": 16_777_216, "artifactBytes": 67_108_864,
                    "jsonDepth": .integer(Int64(Limits.jsonDepth)), "stepsPerCase": 1000,
                    "pageSize": 200,
                ],
            ])
        },
    ]
}
