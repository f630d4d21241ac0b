import API
import Domain
import Glibc
import Testing
import Wire

/// The pages in docs/api say what the route table says, and their examples are real.
@Suite struct DocumentationTests {
    struct Section {
        let page: String
        let route: Route
        let text: String
    }

    private let routes = Routes.all + Routes.streams

    /// Folder of the pages, found from this file.
    private static let folder = #filePath.components(upTo: "/Tests/") + "/docs/api"

    private func page(_ name: String) -> String {
        guard let file = fopen("\(Self.folder)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func pages() -> [String] { entries(of: Self.folder).filter { $0.hasSuffix(".md") }.sorted() }

    /// Every `## METHOD /path` heading with the text below it.
    private func sections() -> [Section] {
        pages().flatMap { name in
            ("\n" + page(name)).pieces(after: "\n## ").dropFirst().compactMap { text in
                let heading = text.prefix { $0 != "\n" }
                guard let route = routes.first(where: { $0.name == heading }) else {
                    if heading.contains("/") { Issue.record("\(name) describes \(heading), which does not exist") }
                    return nil
                }
                return Section(page: name, route: route, text: text)
            }
        }
    }

    @Test func `every route has one section that names its query and its fields`() {
        let sections = sections()
        for route in routes {
            let own = sections.filter { $0.route.name == route.name }
            #expect(own.count == 1, "\(route.name) has \(own.count) sections")
            guard let text = own.first?.text else { continue }
            for parameter in route.query {
                #expect(text.contains("`\(parameter.name)`"), "\(route.name) ?\(parameter.name)")
            }
            guard case .object(let object)? = route.body.shape?.kind else { continue }
            for field in object.fields { #expect(text.contains("`\(field.name)`"), "\(route.name) \(field.name)") }
        }
    }

    @Test func `the limits in the tables are the ones that are checked`() {
        var count = 0
        for section in sections() {
            var fields = section.route.query.map { ($0.name, $0.shape) }
            if case .object(let object)? = section.route.body.shape?.kind {
                fields += object.fields.map { ($0.name, $0.shape) }
            }
            for (name, shape) in fields {
                guard let limit = limit(of: shape) else { continue }
                let row = section.text.pieces(after: "\n| `\(name)`").dropFirst().first?.prefix { $0 != "\n" }
                #expect(
                    [" ", ","].contains { row?.contains("| \(limit)\($0)") == true },
                    "\(section.page) \(section.route.name) \(name): \(limit)")
                count += 1
            }
        }
        #expect(count > 100)
    }

    /// How a table says the bounds of a shape; nil for shapes whose bounds it leaves out.
    private func limit(of shape: Shape) -> String? {
        switch shape.kind {
        case .text(let length, nil), .text(let length, .name?):
            "text of \(length.lowerBound)–\(length.upperBound)"
        case .integer(let range) where range.upperBound < .max: "integer \(range.lowerBound)–\(range.upperBound)"
        case .number(let range): "number \(range.lowerBound)–\(range.upperBound)"
        default: nil
        }
    }

    @Test func `every example fits what it is an example of`() throws {
        var count = 0
        for section in sections() {
            for block in section.text.pieces(after: "```json ").dropFirst() {
                let kind = block.prefix { $0 != "\n" }
                let text = (block.dropFirst(kind.count).description + "\n").pieces(after: "\n```").first ?? ""
                let value = try JSONParser.parse(text)
                let faults = kind == "request" ? request(value, section.route) : answer(value, section.route)
                #expect(faults.isEmpty, "\(section.page) \(section.route.name) \(kind): \(faults)")
                count += 1
            }
        }
        #expect(count > 80)
    }

    private func request(_ value: JSONValue, _ route: Route) -> [FieldFault] {
        switch route.body {
        // What the server sets may come back in a PUT.
        case .definition(let shape) where route.method == .put:
            shape.faults(in: value).filter { $0.message != "is not a known field" }
        case .json(let shape), .definition(let shape), .document(let shape): shape.faults(in: value)
        case .none, .raw, .file: [FieldFault("", "takes no JSON")]
        }
    }

    private func answer(_ value: JSONValue, _ route: Route) -> [FieldFault] {
        switch route.answer.body {
        case .one(let name)?: return AnswerShapes.all[name]?.faults(in: value) ?? []
        case .page(let name)?:
            let items = value["items"]?.array ?? []
            return items.flatMap { AnswerShapes.all[name]?.faults(in: $0) ?? [] }
        case .object?, .other?: return []
        case nil: return [FieldFault("", "answers nothing")]
        }
    }

    @Test func `every problem code stands in the table with its status`() {
        let rows = page("problems.md").pieces(after: "\n| ")
        for code in ProblemCode.allCases {
            let row = rows.filter { $0.hasPrefix("`\(code.rawValue)` | \(code.status) |") }
            #expect(row.count == 1, "\(code.rawValue) \(code.status)")
        }
        for code in ExecutionErrorCode.allCases {
            let row = rows.filter { $0.hasPrefix("`\(code.rawValue)` | ") && $0.contains(" | \(code.hint) |") }
            #expect(row.count == 1, "\(code.rawValue)")
        }
    }

    @Test func `the overview leads to every page`() {
        let overview = page("README.md")
        for name in pages() where name != "README.md" { #expect(overview.contains("(\(name))"), "\(name)") }
    }
}

extension String {
    /// The text before the first `mark`.
    func components(upTo mark: String) -> String { pieces(after: mark).first ?? self }

    /// The text cut at every `mark`.
    func pieces(after mark: String) -> [String] {
        var pieces: [String] = []
        var rest = self[...]
        while let range = rest.firstRange(of: mark) {
            pieces.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return pieces + [String(rest)]
    }
}
