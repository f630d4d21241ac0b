/// A `failure` or `error`, or one of surefire's for an earlier try.
struct JUnitFault {
    let status: ReadResult.Status
    let isEarlier: Bool
    private(set) var durationMs: Int64?
    var stack: String?
    var standardOutput = ""
    var standardError = ""
    private var type: String?
    private var message: String?

    init(isError: Bool, _ attributes: XMLAttributes, isEarlier: Bool = false) {
        status = isError ? .error : .failed
        self.isEarlier = isEarlier
        for (name, value) in attributes {
            switch name {
            case "type": type = value.nonEmpty
            case "message": message = value.nonEmpty
            case "time": durationMs = ForeignTime.duration(value.bytes)?.ms
            default: break
            }
        }
    }

    /// `text`: what stood between its tags, the stack unless that has a tag of its own.
    func error(text: String) -> ReadError {
        let text = text.utf8.contains { $0 > 0x20 } ? text : nil
        return ReadError(type: type, message: message, stack: stack ?? text)
    }
}
