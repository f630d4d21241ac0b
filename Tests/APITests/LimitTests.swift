import API
import Domain
import Testing
import Wire

/// What the API prints about its bodies is what it checks, at both ends of every limit.
@Suite struct LimitTests {
    let bench: Bench
    let things: Things
    let agent: [(String, String)]

    init() throws {
        bench = try Bench()
        things = try Things(bench)
        agent = try things.world.agent().headers
    }

    private func pointers(_ route: Route, _ body: JSONValue) -> [String] {
        let query = route.query.contains { $0.name == "project" && $0.isRequired } ? "?project=demo" : ""
        let isAgent = if case .agent = route.access { true } else { false }
        let answer = bench.send(
            route.method.rawValue, things.path(route) + query, as: isAgent ? nil : "admin", json: body,
            headers: isAgent ? agent : [])
        #expect(answer.status < 500, "\(route.name): \(answer)")
        let problems = (answer.json["problems"]?.array ?? []).compactMap { $0["pointer"]?.string }
        return answer.status == 422 ? answer.pointers : problems
    }

    /// Places whose limits are not all there is to them: who may comes first, and the protocol has rules of its own.
    private static let others: Set = ["/project", "/protocol", "/steps/0/sequence"]
    /// What is right or wrong whatever its length.
    private static let proofs: Set = ["/currentPassword", "/token"]

    @Test func `a body at the edge of its limits is taken, one beyond is refused there`() {
        for route in Routes.all {
            guard let shape = route.body.shape, !route.path.description.hasSuffix("/agents/register") else { continue }
            var sample = ShapeSamples.valid(shape)
            if sample["project"] != nil { sample = sample.replacing("project", "demo") }
            // A rule that waits for more runs than it looks at is refused for that.
            if sample["window"] != nil { sample = sample.replacing("window", ["runs": 100]) }
            for (pointer, document) in ShapeSamples.spoiled(sample, shape, Edges.inside)
            where !Self.others.contains(pointer) {
                let found = pointers(route, document).filter { !Self.proofs.contains($0) }
                #expect(
                    !found.contains { $0.hasPrefix(pointer) && pointer != "" }, "\(route.name) \(pointer): \(found)")
            }
            for (pointer, document) in ShapeSamples.spoiled(sample, shape, Edges.outside)
            where !Self.others.contains(pointer) {
                let found = pointers(route, document)
                #expect(found.contains { $0.hasPrefix(pointer) }, "\(route.name) \(pointer): \(found)")
            }
        }
    }

    @Test func `a body that may be left out is said to be optional, and the others are required`() {
        let document = OpenAPIDocument.document(of: Routes.all, version: "test")
        for route in Routes.all where route.body.shape != nil {
            let operation = document["paths"]?[route.path.description]?[route.method.rawValue.lowercased()]
            let isRequired = operation?["requestBody"]?["required"]?.bool
            guard case .json(let shape) = route.body, isRequired == false else { continue }
            #expect(shape.isOptionalOnly, "\(route.name)")
        }
        let start = document["paths"]?["/api/v1/executions"]?["post"]?["requestBody"]?["required"]
        let cancel = document["paths"]?["/api/v1/executions/{id}/cancellation"]?["post"]?["requestBody"]?["required"]
        #expect(start == true && cancel == false)
    }
}

extension BodyKind {
    var shape: Shape? {
        switch self {
        case .json(let shape), .definition(let shape): shape
        case .none, .document, .raw, .file: nil
        }
    }
}

/// Values at the last place inside a limit and at the first outside.
enum Edges {
    static func inside(_ shape: Shape) -> JSONValue? {
        switch shape.kind {
        case .integer(let range): .integer(range.upperBound)
        case .number(let range): .number(range.lowerBound)
        case .text(let length, nil), .text(let length, .name?): text(length.upperBound)
        default: nil
        }
    }

    static func outside(_ shape: Shape) -> JSONValue? {
        switch shape.kind {
        case .integer(let range) where range.upperBound < .max: .integer(range.upperBound + 1)
        case .number(let range): .number(range.lowerBound - 0.0001)
        case .text(let length, _) where length.lowerBound > 0 && length.upperBound < 100_000: ""
        case .text(let length, _): text(length.upperBound + 1)
        case .array(let element, let count) where count.upperBound <= 1000:
            .array(Array(repeating: ShapeSamples.valid(element), count: count.upperBound + 1))
        case .map(let element, _, let count) where count.upperBound <= 1000:
            .object(
                Dictionary(
                    uniqueKeysWithValues: (0...count.upperBound).map { ("Name\($0)", ShapeSamples.valid(element)) }))
        default: nil
        }
    }

    /// Every scalar of two bytes, so that a limit in bytes is found out.
    private static func text(_ length: Int) -> JSONValue? {
        length < 2_000_000 ? .string(String(repeating: "\u{e9}", count: length)) : nil
    }
}
