/// A complete answer; `Content-Length` is added when absent.
package struct Response: Sendable {
    package var status: Int
    package var headers: [(String, String)]
    package var body: [UInt8]

    package init(status: Int, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first value of the header `name`, in any case; nil when absent.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.0.lowercased() == wanted }?.1
    }
}

/// What a handler decides: an answer now, or a connection that outlives the call.
package enum Reply: Sendable {
    case response(Response)
    case stream(StreamStart)
}

/// The hand-over of a connection to whoever keeps it.
package struct StreamStart: Sendable {
    /// Written with status 200 before the hand-over; nil writes nothing, so that the new owner sends a whole answer.
    package let headers: [(String, String)]?
    /// First bytes of the body; ignored without headers.
    package let preface: [UInt8]
    /// Takes the connection; called on the worker thread, so it must not wait for the client.
    package let adopt: @Sendable (StreamHandle) -> Void

    package init(
        headers: [(String, String)]?, preface: [UInt8] = [], adopt: @escaping @Sendable (StreamHandle) -> Void
    ) {
        self.headers = headers
        self.preface = preface
        self.adopt = adopt
    }

    /// A Server-Sent Events stream that begins with the client's reconnect delay.
    package static func events(adopt: @escaping @Sendable (StreamHandle) -> Void) -> StreamStart {
        StreamStart(
            headers: [
                ("Content-Type", "text/event-stream"), ("Cache-Control", "no-cache, no-transform"),
                ("X-Accel-Buffering", "no"),
            ],
            preface: Array("retry: 1000\n\n".utf8), adopt: adopt)
    }
}
