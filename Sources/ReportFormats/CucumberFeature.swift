import Domain

/// A feature as text and as tree, growing by scenarios; lines of both agree.
struct Feature {
    private let name: String
    private(set) var source: String
    private var children: [JSONValue] = []
    private var lines = 1

    init(name: String) {
        self.name = name
        source = "Feature: \(name)\n"
    }

    mutating func add(_ name: String, _ steps: [String], id: Int) -> Scenario {
        source += "\n  Scenario: \(name)\n"
        lines += 2
        let head = lines
        // A case without steps has one that stands for it.
        let texts = steps.isEmpty ? [name] : steps
        var nodes: [JSONValue] = []
        for (at, text) in texts.enumerated() {
            source += "    * \(text)\n"
            lines += 1
            nodes.append([
                "id": .string("\(id)-node-\(at)"), "keyword": "* ", "keywordType": "Unknown", "text": .string(text),
                "location": location(lines, 5),
            ])
        }
        children.append([
            "scenario": [
                "id": .string("\(id)"), "keyword": "Scenario", "name": .string(name), "description": "", "tags": [],
                "examples": [],
                "location": location(head, 3), "steps": .array(nodes),
            ]
        ])
        return Scenario(id: id, name: name, texts: texts, line: head)
    }

    func document(_ uri: String) -> JSONValue {
        [
            "uri": .string(uri), "comments": [],
            "feature": [
                "keyword": "Feature", "name": .string(name), "description": "", "language": "en", "tags": [],
                "location": location(1, 1), "children": .array(children),
            ],
        ]
    }

    private func location(_ line: Int, _ column: Int) -> JSONValue {
        ["line": .integer(Int64(line)), "column": .integer(Int64(column))]
    }
}

/// One scenario, by the ids under which other messages know it.
struct Scenario {
    let id: Int
    let name: String
    let texts: [String]
    let line: Int

    var testStepIds: [String] { texts.indices.map { "\(id)-step-\($0)" } }

    func pickle(_ uri: String) -> JSONValue {
        [
            "id": .string("\(id)-pickle"), "uri": .string(uri), "name": .string(name), "language": "en", "tags": [],
            "astNodeIds": [.string("\(id)")], "location": ["line": .integer(Int64(line)), "column": 3],
            "steps": .array(
                texts.enumerated().map { at, text in
                    [
                        "id": .string("\(id)-pickle-\(at)"), "text": .string(text), "type": "Unknown",
                        "astNodeIds": [.string("\(id)-node-\(at)")],
                    ]
                }),
        ]
    }

    var testCase: JSONValue {
        [
            "id": .string("\(id)-case"), "pickleId": .string("\(id)-pickle"), "testRunStartedId": "run",
            "testSteps": .array(
                zip(testStepIds, texts.indices).map { step, at in
                    [
                        "id": .string(step), "pickleStepId": .string("\(id)-pickle-\(at)"), "stepDefinitionIds": [],
                        "stepMatchArgumentsLists": [],
                    ]
                }),
        ]
    }
}
