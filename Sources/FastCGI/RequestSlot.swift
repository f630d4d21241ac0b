import CFastCGI
import Glibc

/// libfcgi's request structure of one worker thread; never leaves it.
struct RequestSlot: ~Copyable {
    // On the heap: libfcgi's streams point back to it.
    private let request: UnsafeMutablePointer<FCGX_Request>
    private let limits: RequestLimits
    private let refuse: Refusal.Answer

    init(limits: RequestLimits, refuse: @escaping Refusal.Answer) {
        self.limits = limits
        self.refuse = refuse
        request = .allocate(capacity: 1)
        request.initialize(to: FCGX_Request())
        // No listening socket: connections are injected, and at the end of one libfcgi must not wait for another.
        FCGX_InitRequest(request, -1, 0)
    }

    deinit {
        FCGX_Free(request, 0)
        request.deallocate()
    }

    /// Reads one request from `connection`, answers it and closes the connection or hands it over.
    func serve(_ connection: Int32, handler: (Request) -> Reply) {
        guard RequestOpening.isReadable(connection) else {
            close(connection)
            return
        }
        request.pointee.ipcFd = connection
        // Accept first finishes the previous request, which would close the connection just set.
        request.pointee.keepConnection = 1
        guard FCGX_Accept_r(request) == 0 else { return }
        // From here on closing is ours, with a linger that libfcgi does not do.
        request.pointee.keepConnection = 1
        switch readRequest() {
        case .request(let read):
            switch handler(read) {
            case .response(let response): finish(with: response.cgiBytes(includesBody: read.method != "HEAD"))
            case .stream(let start): handOver(start, onlyHead: read.method == "HEAD")
            }
        case .refused(let response): finish(with: response.cgiBytes())
        case .broken: abandon()
        }
    }

    private enum Outcome {
        case request(Request)
        case refused(Response)
        /// The connection broke while the body was read: nobody is there to answer.
        case broken
    }

    private func readRequest() -> Outcome {
        do {
            let head = try RequestHead(Parameters(request.pointee.envp), limits: limits)
            guard let body = try readBody(of: head) else { return .broken }
            return .request(
                Request(
                    method: head.method, path: head.path, query: head.query, headers: head.headers, body: body,
                    bodyFile: head.bodyFile, remoteAddress: head.remoteAddress, isSecure: head.isSecure, id: head.id))
        } catch {
            return .refused(refuse(error.refusal, error.requestID))
        }
    }

    /// Reads to the end of the input even when it is empty: leftovers would surface after a hand-over.
    private func readBody(of head: RequestHead) throws(RefusedRequest) -> [UInt8]? {
        var body: [UInt8] = []
        body.reserveCapacity(head.declaredBodyBytes ?? 0)
        let isPassed = head.bodyFile == nil
        let input = request.pointee.in
        let ended: Bool? = withUnsafeTemporaryAllocation(byteCount: 65_536, alignment: 16) { chunk in
            let start = chunk.baseAddress?.assumingMemoryBound(to: CChar.self)
            while true {
                let count = FCGX_GetStr(start, Int32(chunk.count), input)
                guard count > 0 else { return FCGX_GetError(input) == 0 ? true : nil }
                guard body.count + Int(count) <= limits.maximumBodyBytes else { return false }
                if isPassed { body.append(contentsOf: chunk.prefix(Int(count))) }
            }
        }
        guard let ended else { return nil }
        guard ended else { throw RefusedRequest(refusal: .tooLarge, requestID: head.id) }
        if let declared = head.declaredBodyBytes, declared != body.count {
            throw RefusedRequest(refusal: .wrongLength, requestID: head.id)
        }
        return body
    }

    private func put(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                FCGX_PutStr(
                    $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(clamping: $0.count), request.pointee.out)
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(Int(count))
        }
        return true
    }

    private func finish(with bytes: [UInt8]) {
        _ = put(bytes)
        FCGX_Finish_r(request)
        // Finish closes by itself only when writing failed.
        if request.pointee.ipcFd >= 0 { closeLingering(request.pointee.ipcFd) }
        request.pointee.ipcFd = -1
    }

    private func abandon() {
        FCGX_Free(request, 0)
        close(request.pointee.ipcFd)
        request.pointee.ipcFd = -1
    }

    /// Frees everything libfcgi holds without closing: it keeps no table of connections, so nothing dangles.
    private func handOver(_ start: StreamStart, onlyHead: Bool) {
        if let headers = start.headers {
            var head = Response(status: 200, headers: headers).cgiHeadWithoutLength()
            guard !onlyHead else { return finish(with: head) }
            head.append(contentsOf: start.preface)
            guard put(head), FCGX_FFlush(request.pointee.out) == 0 else { return abandon() }
        }
        let connection = request.pointee.ipcFd
        let requestID = UInt16(truncatingIfNeeded: request.pointee.requestId)
        FCGX_Free(request, 0)
        request.pointee.ipcFd = -1
        // Only now: libfcgi's writes fail on EAGAIN.
        setNonBlocking(connection)
        start.adopt(StreamHandle(descriptor: connection, requestID: requestID))
    }
}
