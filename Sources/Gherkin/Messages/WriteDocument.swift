extension Feature {
    func write(to json: inout JSONLine) {
        json.location(location)
        json.tags(tags)
        json.string("language", language)
        json.title(keyword, name, description)
        json.array("children", children) { json, child in
            json.object {
                switch child {
                case .background(let background): $0.object("background", background.write(to:))
                case .scenario(let scenario): $0.object("scenario", scenario.write(to:))
                case .rule(let rule): $0.object("rule", rule.write(to:))
                }
            }
        }
    }
}

extension Rule {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.location(location)
        json.tags(tags)
        json.title(keyword, name, description)
        json.array("children", children) { json, child in
            json.object {
                switch child {
                case .background(let background): $0.object("background", background.write(to:))
                case .scenario(let scenario): $0.object("scenario", scenario.write(to:))
                }
            }
        }
    }
}

extension Background {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.location(location)
        json.title(keyword, name, description)
        json.steps(steps)
    }
}

extension Scenario {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.location(location)
        json.tags(tags)
        json.title(keyword, name, description)
        json.steps(steps)
        json.array("examples", examples) { json, examples in json.object(nil, examples.write(to:)) }
    }
}

extension Examples {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.location(location)
        json.tags(tags)
        json.title(keyword, name, description)
        if let tableHeader { json.object("tableHeader", tableHeader.write(to:)) }
        json.array("tableBody", tableBody) { json, row in json.object(nil, row.write(to:)) }
    }
}

extension TableRow {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.location(location)
        json.array("cells", cells) { json, cell in
            json.object {
                $0.location(cell.location)
                $0.string("value", cell.value)
            }
        }
    }
}

extension Step {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.location(location)
        json.string("keyword", keyword)
        json.string("keywordType", keywordType.rawValue)
        json.string("text", text)
        if let docString {
            json.object("docString") {
                $0.location(docString.location)
                if let mediaType = docString.mediaType { $0.string("mediaType", mediaType) }
                $0.string("content", docString.content)
                $0.string("delimiter", docString.delimiter)
            }
        }
        if let dataTable {
            json.object("dataTable") {
                $0.location(dataTable.location)
                $0.array("rows", dataTable.rows) { json, row in json.object(nil, row.write(to:)) }
            }
        }
    }
}

extension JSONLine {
    mutating func tags(_ tags: [Tag]) {
        array("tags", tags) { json, tag in
            json.object {
                $0.id("id", tag.id)
                $0.location(tag.location)
                $0.string("name", tag.name)
            }
        }
    }

    mutating func title(_ keyword: String, _ name: String, _ description: String) {
        string("keyword", keyword)
        string("name", name)
        string("description", description)
    }

    mutating func steps(_ steps: [Step]) {
        array("steps", steps) { json, step in json.object(nil, step.write(to:)) }
    }
}
