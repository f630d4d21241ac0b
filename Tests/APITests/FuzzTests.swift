import API
import Domain
import Testing
import Wire

/// Damaged requests by the hundred from a fixed seed: an answer each time, never a trap, never a 500.
@Suite struct FuzzTests {
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            // SplitMix64: the same requests on every machine.
            state &+= 0x9e37_79b9_7f4a_7c15
            var word = state
            word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
            word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
            return word ^ (word >> 31)
        }
    }

    private let pieces = [
        "{", "}", "[", "]", "\"", "\\u0000", "\\ud83d", ":", ",", "null", "1e309", "-", "\u{0}", "é", "true",
    ]

    @Test func `a damaged body is answered`() throws {
        let bench = try Bench()
        let things = try Things(bench)
        var random = Seeded(state: 20_261_121)
        let routes = Routes.all.filter { route in
            if case .none = route.body { false } else { route.path.description != "/api/v1/auth/login" }
        }
        for _ in 0..<600 {
            guard let route = routes.randomElement(using: &random) else { return }
            var body = sample(route).serialized()
            for _ in 0..<Int.random(in: 1...4, using: &random) { damage(&body, &random) }
            let query = route.query.contains { $0.name == "project" } ? "?project=demo" : ""
            let answer = bench.send(
                route.method.rawValue, things.path(route) + query, bytes: body, contentType: "application/json")
            #expect((200..<500).contains(answer.status), "\(route.name) \(body): \(answer)")
        }
        #expect(!bench.records.all.contains { $0.fault != nil })
    }

    private func sample(_ route: Route) -> JSONValue {
        switch route.body {
        case .json(let shape), .definition(let shape), .document(let shape):
            let sample = ShapeSamples.valid(shape)
            return sample["project"] == nil ? sample : sample.replacing("project", "demo")
        case .none, .raw, .file: return ["ref": "refs/heads/main"]
        }
    }

    private func damage(_ body: inout [UInt8], _ random: inout Seeded) {
        let place = Int.random(in: 0...body.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: body.insert(contentsOf: (pieces.randomElement(using: &random) ?? "").utf8, at: place)
        case 1: body.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: body.removeLast(body.count - place)
        default:
            let end = Int.random(in: place...body.count, using: &random)
            body += body[place..<end]
        }
    }

    @Test func `a damaged path, query or header is answered`() throws {
        let bench = try Bench()
        var random = Seeded(state: 4812)
        let alphabet = Array("/%?&={}.;:'\"\\ \u{0}\u{7f}é\u{202e}0aZ-_~*<>")
        for _ in 0..<600 {
            let length = Int.random(in: 0...40, using: &random)
            let noise = String((0..<length).compactMap { _ in alphabet.randomElement(using: &random) })
            guard let route = Routes.all.randomElement(using: &random) else { return }
            let method = Method.allCases.randomElement(using: &random)?.rawValue ?? "GET"
            let header =
                ["Authorization", "Cookie", "If-None-Match", "Idempotency-Key", "Content-Type", "Assay-Session"]
                .randomElement(using: &random) ?? ""
            let answer = bench.send(
                method, "\(route.path)\(noise)?project=\(noise)&cursor=\(noise)&limit=\(noise)",
                headers: [(header, noise), ("Authorization", "Bearer \(noise)")], body: Array(noise.utf8))
            #expect((200..<500).contains(answer.status) || answer.status == 503, "\(answer)")
        }
    }
}
