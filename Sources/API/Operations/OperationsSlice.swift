import Wire

extension Slice {
    /// Health, figures, the description of the API.
    static let operations = Slice(
        routes: Routes.operations + Routes.documentation,
        answers: [
            "Readiness": .answer([
                "ready": .boolean, "checks": .map(.answer(["ok": .boolean, "detail": .words]), 0...20),
            ]),
            "System": .answer([
                "version": .words, "time": .time, "protocol": .whole, "limits": .map(.whole, 0...50),
            ]),
        ])
}
