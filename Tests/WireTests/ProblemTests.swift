import Domain
import Testing
import Wire

@Suite struct ProblemTests {
    @Test func `a problem reads back as it was written`() throws {
        let problem = Problem(
            .stepGap, "Send from step 3.", errors: [FieldFault("/a", "is odd")], extensions: ["expected": 3])
        let document = problem.document(requestID: "r1")
        #expect(document["status"] == 409 && document["code"] == "step_gap" && document["requestId"] == "r1")
        #expect(document["type"] == "urn:assay:problem:step_gap")
        #expect(Problem(document: document) == problem)
        #expect(Problem(document: ["code": "unheard_of"]) == nil)
        #expect(Problem(document: []) == nil)
    }

    @Test func `a validation problem names its first fault`() {
        let problem = Problem.invalid("/name", "is required")
        #expect(problem.code == .validationFailed && problem.detail == "/name is required")
        #expect(Problem.invalid([]).detail == nil)
    }

    @Test(arguments: ProblemCode.allCases)
    func `every code is a word with an error status and a title`(code: ProblemCode) {
        #expect((400..<600).contains(code.status))
        #expect(!code.title.isEmpty)
        #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "_" })
    }
}
