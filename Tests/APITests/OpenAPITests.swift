import API
import Domain
import Testing
import Wire

@Suite struct OpenAPITests {
    let document = OpenAPIDocument.document(of: Routes.all + Routes.streams, version: "1.2.3")

    @Test func `the document lists exactly the routes there are`() {
        #expect(document["openapi"] == "3.1.0" && document["info"]?["version"] == "1.2.3")
        var listed: Set<String> = []
        for (path, operations) in document["paths"]?.object ?? [:] {
            for method in operations.object?.keys.sorted() ?? [] { listed.insert("\(method.uppercased()) \(path)") }
        }
        #expect(listed == Set((Routes.all + Routes.streams).map(\.name)))
    }

    @Test func `operation ids are unique and parameters are described`() {
        var ids: Set<String> = []
        for operations in (document["paths"]?.object ?? [:]).values {
            for operation in (operations.object ?? [:]).values {
                let id = operation["operationId"]?.string ?? ""
                #expect(ids.insert(id).inserted, "\(id) twice")
                for parameter in operation["parameters"]?.array ?? [] {
                    #expect(parameter["schema"]?.object != nil)
                }
                #expect(operation["responses"]?["default"] != nil)
            }
        }
        #expect(ids.contains("getExecutionsIdSteps"))
    }

    @Test func `every reference leads to a schema`() {
        var references: Set<String> = []
        collect(document, &references)
        for reference in references.sorted() {
            #expect(document.value(at: String(reference.dropFirst())) != nil, "\(reference)")
        }
        #expect(references.count > 30)
    }

    private func collect(_ value: JSONValue, _ references: inout Set<String>) {
        switch value {
        case .array(let items): for item in items { collect(item, &references) }
        case .object(let members):
            for (key, member) in members {
                if key == "$ref", let text = member.string {
                    references.insert(text)
                } else {
                    collect(member, &references)
                }
            }
        default: break
        }
    }

    @Test func `shapes print what they check`() {
        let start = document.value(
            at: "/paths/~1api~1v1~1executions/post/requestBody/content/application~1json/schema")
        #expect(start?["additionalProperties"] == false && start?["required"] == ["project"])
        #expect(start?["properties"]?["environment"]?["type"] == ["string", "null"])
        #expect(start?["properties"]?["priority"]?["enum"]?.array?.count == 4)
        #expect(start?["allOf"]?.array?.count == 1)
        let list = document.value(at: "/paths/~1api~1v1~1executions/get/parameters")
        #expect(list?.array?.contains { $0["name"] == "status" && $0["explode"] == false } == true)
    }

    @Test func `the route serves the document`() throws {
        let bench = try Bench()
        let answer = bench.send("GET", "/api/v1/openapi.json", as: nil)
        #expect(answer.json["paths"] == document["paths"])
        let tag = answer.header("ETag") ?? ""
        #expect(bench.send("GET", "/api/v1/openapi.json", as: nil, headers: [("If-None-Match", tag)]).status == 304)
    }
}
