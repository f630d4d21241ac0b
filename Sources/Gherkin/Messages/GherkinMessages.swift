/// Cucumber's messages about a file, each the JSON of one envelope on one line without a line end.
package enum GherkinMessages {
    package static func source(uri: String, data: String) -> String {
        line("source") {
            $0.string("uri", uri)
            $0.string("data", data)
            $0.string("mediaType", "text/x.cucumber.gherkin+plain")
        }
    }

    package static func document(_ document: GherkinDocument, uri: String) -> String {
        line("gherkinDocument") {
            $0.string("uri", uri)
            if let feature = document.feature { $0.object("feature") { feature.write(to: &$0) } }
            $0.array("comments", document.comments) { json, comment in
                json.object {
                    $0.location(comment.location)
                    $0.string("text", comment.text)
                }
            }
        }
    }

    package static func pickle(_ pickle: Pickle, uri: String) -> String {
        line("pickle") { pickle.write(to: &$0, uri: uri) }
    }

    package static func error(_ error: ParseError, uri: String) -> String {
        line("parseError") {
            $0.object("source") {
                $0.string("uri", uri)
                $0.location(error.location)
            }
            $0.string("message", error.message)
        }
    }

    private static func line(_ name: String, _ members: (inout JSONLine) -> Void) -> String {
        var json = JSONLine()
        json.object { $0.object(name, members) }
        return String(decoding: json.text, as: UTF8.self)
    }
}

extension JSONLine {
    mutating func location(_ location: Location) {
        object("location") {
            $0.number("line", location.line)
            if let column = location.column { $0.number("column", column) }
        }
    }
}
