import CCurl
import Glibc

/// Sends requests one after another and keeps connections open between them. Not `Sendable`: one thread.
package final class HTTPSession {
    private var handle: CurlHandle?
    private var lastPolicy: AddressPolicy?

    package init() {}

    /// Sends `request` and waits for the whole reply; `onBytes` takes the body of `streamedStatuses` instead of
    /// the reply and ends the exchange with `aborted` by answering false.
    ///
    /// - Throws: `TransferError`; a status of 400 or more is a reply, not an error.
    /// Blocks; `abort` ends it from another thread.
    package func send(
        _ request: HTTPRequest, abort: AbortSwitch? = nil, onBytes: ((UnsafeRawBufferPointer) -> Bool)? = nil
    ) throws(TransferError) -> HTTPReply {
        var hop = request
        var redirects = 0
        while true {
            try check(hop)
            let (reply, location) = try perform(hop, abort, onBytes)
            guard request.maximumRedirects > 0, [301, 302, 303, 307, 308].contains(reply.status), !location.isEmpty
            else {
                return reply
            }
            redirects += 1
            guard redirects <= min(3, request.maximumRedirects) else {
                throw TransferError(.tooManyRedirects, "more than \(redirects - 1) redirects")
            }
            hop.follow(location, status: reply.status)
        }
    }

    private func check(_ request: HTTPRequest) throws(TransferError) {
        guard request.url.hasHTTPScheme else {
            throw TransferError(.invalidRequest, "only http and https addresses can be requested")
        }
        guard !request.method.isEmpty, request.method.utf8.allSatisfy({ $0.isTokenByte }) else {
            throw TransferError(.invalidRequest, "the method is not a word")
        }
        for header in request.headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy({ $0.isTokenByte }) else {
                throw TransferError(.invalidRequest, "a header name has characters that are not allowed")
            }
            guard !header.value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 }) else {
                throw TransferError(.invalidRequest, "the header \(header.name) has a line break")
            }
        }
    }

    private func perform(
        _ request: HTTPRequest, _ abort: AbortSwitch?, _ onBytes: ((UnsafeRawBufferPointer) -> Bool)?
    ) throws(TransferError) -> (HTTPReply, location: String) {
        let handle = try prepared(for: request)
        let exchange = Exchange(request, onBytes: onBytes)
        try setBody(request, exchange, handle)
        defer { if exchange.sendDescriptor >= 0 { close(exchange.sendDescriptor) } }
        handle.setCallbacks(exchange)
        try handle.run(exchange, abort: abort)
        let reply = HTTPReply(
            status: handle.integer(CURLINFO_RESPONSE_CODE), headers: exchange.headers, body: exchange.body,
            bodyBytes: exchange.bodyBytes, droppedBytes: exchange.droppedBytes, timings: handle.timings,
            remoteAddress: handle.text(CURLINFO_PRIMARY_IP), url: request.url)
        return (reply, handle.text(CURLINFO_REDIRECT_URL))
    }

    private func prepared(for request: HTTPRequest) throws(TransferError) -> CurlHandle {
        let handle = try takeHandle()
        handle.setDefaults(connectTimeoutMs: request.connectTimeoutMs, totalTimeoutMs: request.totalTimeoutMs)
        if request.idleTimeoutMs > 0 {
            handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
            handle.set(CURLOPT_LOW_SPEED_TIME, max(1, request.idleTimeoutMs / 1000))
        }
        handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
        handle.set(CURLOPT_URL, request.url)
        handle.setTLS(verifies: request.verifiesTLS, caFile: request.caFile)
        // A kept connection was opened under the policy of an earlier request.
        if let lastPolicy, lastPolicy != request.policy { handle.set(CURLOPT_FRESH_CONNECT, 1) }
        lastPolicy = request.policy
        // "Name;" sends an empty header; "Expect:" switches off the wait for 100-continue.
        let lines = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        handle.set(CURLOPT_HTTPHEADER, lines: lines + ["Expect:"])
        return handle
    }

    private func takeHandle() throws(TransferError) -> CurlHandle {
        if let handle {
            handle.reset()
            return handle
        }
        let fresh = try CurlHandle()
        handle = fresh
        return fresh
    }

    private func setBody(_ request: HTTPRequest, _ exchange: Exchange, _ handle: CurlHandle) throws(TransferError) {
        switch request.body {
        case .none:
            if request.method == "HEAD" {
                handle.set(CURLOPT_NOBODY, 1)
            } else if request.method != "GET" {
                if ["POST", "PUT", "PATCH"].contains(request.method) {
                    handle.set(CURLOPT_POST, 1)
                    handle.set(CURLOPT_POSTFIELDSIZE_LARGE, size: 0)
                }
                handle.set(CURLOPT_CUSTOMREQUEST, request.method)
            }
        case .bytes(let bytes):
            setUpload(size: bytes.count, request.method, handle)
            handle.setPostFields(bytes)
        case .file(let path):
            exchange.sendDescriptor = open(path, O_RDONLY | O_CLOEXEC)
            var status = stat()
            guard exchange.sendDescriptor >= 0, fstat(exchange.sendDescriptor, &status) == 0 else {
                if exchange.sendDescriptor >= 0 { close(exchange.sendDescriptor) }
                throw TransferError(.invalidRequest, "the file to send cannot be opened")
            }
            setUpload(size: Int(status.st_size), request.method, handle)
        }
    }

    private func setUpload(size: Int, _ method: String, _ handle: CurlHandle) {
        handle.set(CURLOPT_POST, 1)
        handle.set(CURLOPT_POSTFIELDSIZE_LARGE, size: size)
        handle.set(CURLOPT_CUSTOMREQUEST, method)
    }
}
