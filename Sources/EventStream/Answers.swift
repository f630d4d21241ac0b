import Domain
import FastCGI
import Wire

/// An answer with a JSON document.
func json(_ status: Int, _ body: JSONValue, type: String = "application/json") -> Response {
    Response(status: status, headers: [("Content-Type", type), ("Cache-Control", "no-store")], body: body.serialized())
}

/// The answer that says why a request gets no stream.
func refusal(_ problem: Problem, requestID: String = "") -> Response {
    var response = json(
        problem.code.status, problem.document(requestID: requestID), type: "application/problem+json")
    if let seconds = problem.retryAfterSeconds { response.headers.append(("Retry-After", String(seconds))) }
    if !problem.allowedMethods.isEmpty {
        response.headers.append(("Allow", problem.allowedMethods.joined(separator: ", ")))
    }
    if problem.code == .unauthenticated { response.headers.append(("WWW-Authenticate", "Bearer realm=\"assay\"")) }
    return response
}

extension Problem {
    static let unknownExecution = Problem(.notFound, "There is no such execution.")
    static let unknownAttempt = Problem(.notFound, "There is no such attempt.")
    static let unknownProject = Problem(.notFound, "There is no such project.")
}

/// The values of a query string whose keys were checked.
struct StreamQuery {
    private let values: [String: String]

    /// Takes each of `names` once; an empty value counts as absent, as it does everywhere.
    ///
    /// - Throws: `Problem` for every key that is unknown or given twice.
    init(_ request: Request, _ names: [String]) throws(Problem) {
        var seen: Set<String> = []
        var faults: [FieldFault] = []
        for (name, _) in request.query {
            if !names.contains(name) {
                faults.append(FieldFault("?\(name)", "is not a known parameter"))
            } else if !seen.insert(name).inserted {
                faults.append(FieldFault("?\(name)", "is given twice"))
            }
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        values = Dictionary(uniqueKeysWithValues: request.query.filter { !$0.1.isEmpty })
    }

    subscript(_ name: String) -> String? { values[name] }

    /// - Throws: `Problem` for what is no number of `range`.
    func integer(_ name: String, _ range: ClosedRange<Int>) throws(Problem) -> Int? {
        guard let text = values[name] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw Problem.invalid("?\(name)", "must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// - Throws: `Problem` for anything but `true` and `false`.
    func flag(_ name: String) throws(Problem) -> Bool? {
        guard let text = values[name] else { return nil }
        guard let flag = Bool(text) else { throw Problem.invalid("?\(name)", "must be true or false") }
        return flag
    }

    /// The parts of a list between commas.
    func list(_ name: String) -> [Substring] { values[name]?.split(separator: ",") ?? [] }
}
