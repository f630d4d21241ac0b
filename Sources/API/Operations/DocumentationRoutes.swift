import FastCGI

extension Routes {
    /// The viewer at `/api/docs` is static; the web server has it.
    static let documentation: [Route] = [
        Route(
            .get, "/api/v1/openapi.json", .anyone, "Describe this API",
            answer: AnswerDoc(200, "An OpenAPI 3.1 document.", .object)
        ) { call in
            .json(OpenAPIDocument.document(of: Routes.all + Routes.streams, version: call.services.version))
        }
    ]
}
