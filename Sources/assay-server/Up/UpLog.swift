import Daemon

/// The supervisor's own lines, beside those of the roles.
struct UpLog {
    let log: Log

    func line(_ event: StaticString, _ child: String, _ detail: String) {
        log.info(event, ["child": .text(child), "detail": .text(detail)])
    }

    func warning(_ event: StaticString, _ child: String, _ detail: String) {
        log.warning(event, ["child": .text(child), "detail": .text(detail)])
    }
}
