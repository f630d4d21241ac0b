import Domain
package import Feed
import Wire

extension Slice {
    /// Health, figures, the description of the API.
    static let operations = Slice(
        routes: Routes.operations + Routes.setAside + Routes.retention + Routes.documentation,
        answers: [
            "Readiness": .answer([
                "ready": .boolean, "checks": .map(.answer(["ok": .boolean, "detail": .words]), 0...20),
            ]),
            "SetAside": .answer([
                "loop": .words, "item": .words, "project": Shape.key.orNull, "error": .words, "firstAt": .time,
                "lastAt": .time, "tries": .whole, "dueAt": .time,
            ]),
            "Retention": .answer([
                "name": .words, "about": .words, "days": Shape.whole.orNull, "before": Shape.time.orNull,
                "count": .whole, "isMore": .boolean,
            ]),
            "System": .answer([
                "version": .words, "time": .time, "protocol": .whole, "limits": .map(.whole, 0...50),
            ]),
        ])
}

extension Services {
    package var setAside: SetAsideItems { SetAsideItems(pool: pool) }
}
