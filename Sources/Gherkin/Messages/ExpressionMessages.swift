/// What the command line says of expressions, each one JSON value on one line.
package enum ExpressionMessages {
    package static func tokens(_ tokens: [ExpressionToken]) -> String {
        line {
            $0.array(nil, tokens) { json, token in
                json.object {
                    $0.string("type", token.kind.rawValue)
                    $0.string("text", token.text)
                    $0.number("start", token.start)
                    $0.number("end", token.end)
                }
            }
        }
    }

    package static func tree(_ node: ExpressionNode) -> String { line { write(node, to: &$0) } }

    private static func write(_ node: ExpressionNode, to json: inout JSONLine) {
        json.object {
            $0.string("type", node.kind.rawValue)
            $0.number("start", node.start)
            $0.number("end", node.end)
            if let nodes = node.nodes { $0.array("nodes", nodes) { write($1, to: &$0) } }
            if let token = node.token { $0.string("token", token) }
        }
    }

    package static func regexp(_ regexp: String) -> String { line { $0.object { $0.string("regexp", regexp) } } }

    package static func error(_ message: String) -> String {
        line { $0.object { $0.object("error") { $0.string("message", message) } } }
    }

    package static func tags(_ filter: TagFilter, result: Bool) -> String {
        line {
            $0.object {
                $0.string("formatted", filter.formatted)
                $0.bool("result", result)
            }
        }
    }

    package static func match(_ arguments: [StepArgument]?) -> String {
        line {
            $0.object {
                $0.bool("matched", arguments != nil)
                guard let arguments else { return }
                $0.array("stepMatchArguments", arguments) { json, argument in
                    json.object {
                        $0.object("group") { write(argument.group, to: &$0) }
                        if let name = argument.typeName { $0.string("parameterTypeName", name) }
                    }
                }
                $0.array("values", arguments) { write($1.value, to: &$0) }
            }
        }
    }

    private static func write(_ group: StepArgument.Group, to json: inout JSONLine) {
        if let start = group.start { json.number("start", start) }
        if let value = group.value { json.string("value", value) }
        guard !group.children.isEmpty else { return }
        json.array("children", group.children) { json, child in json.object { write(child, to: &$0) } }
    }

    private static func write(_ value: StepArgument.Value, to json: inout JSONLine) {
        switch value {
        case .none: json.raw("null")
        case .number(let text): json.raw(text)
        case .text(let text): json.string(nil, text)
        case .list(let values): json.array(nil, values) { write($1, to: &$0) }
        }
    }

    private static func line(_ write: (inout JSONLine) -> Void) -> String {
        var json = JSONLine()
        write(&json)
        return String(decoding: json.text, as: UTF8.self)
    }
}
