extension Pickle {
    func write(to json: inout JSONLine, uri: String) {
        json.id("id", id)
        json.string("uri", uri)
        json.location(location)
        json.array("astNodeIds", astNodeIDs) { $0.id(nil, $1) }
        json.array("tags", tags) { json, tag in
            json.object {
                $0.string("name", tag.name)
                $0.id("astNodeId", tag.astNodeID)
            }
        }
        json.string("name", name)
        json.string("language", language)
        json.array("steps", steps) { json, step in json.object(nil, step.write(to:)) }
    }
}

extension PickleStep {
    func write(to json: inout JSONLine) {
        json.id("id", id)
        json.string("text", text)
        json.string("type", type.rawValue)
        if docString != nil || dataTable != nil {
            json.object("argument") {
                if let docString { $0.object("docString", docString.write(to:)) }
                if let dataTable { $0.object("dataTable", dataTable.write(to:)) }
            }
        }
        json.array("astNodeIds", astNodeIDs) { $0.id(nil, $1) }
    }
}

extension PickleDocString {
    func write(to json: inout JSONLine) {
        if let argumentIndex { json.number("argumentIndex", argumentIndex) }
        if let mediaType { json.string("mediaType", mediaType) }
        json.string("content", content)
    }
}

extension PickleTable {
    func write(to json: inout JSONLine) {
        if let argumentIndex { json.number("argumentIndex", argumentIndex) }
        json.array("rows", rows) { json, row in
            json.object {
                $0.array("cells", row) { json, cell in json.object { $0.string("value", cell) } }
            }
        }
    }
}
