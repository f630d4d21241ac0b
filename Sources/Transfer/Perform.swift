import CCurl

extension CurlHandle {
    /// Options of every exchange: no signals (threads), no proxy from the environment (it would bypass the policy).
    func setDefaults(connectTimeoutMs: Int, totalTimeoutMs: Int) {
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_PROXY, "")
        set(CURLOPT_CONNECTTIMEOUT_MS, connectTimeoutMs)
        set(CURLOPT_TIMEOUT_MS, totalTimeoutMs)
        set(CURLOPT_TCP_KEEPALIVE, 1)
    }

    func setTLS(verifies: Bool, caFile: String?) {
        set(CURLOPT_SSL_VERIFYPEER, verifies ? 1 : 0)
        set(CURLOPT_SSL_VERIFYHOST, verifies ? 2 : 0)
        if let caFile { set(CURLOPT_CAINFO, caFile) }
    }

    /// Performs and turns libcurl's code into a named reason.
    func run(_ exchange: Exchange, abort: AbortSwitch?) throws(TransferError) {
        var message = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))
        let code = message.withUnsafeMutableBufferPointer { buffer -> CURLcode? in
            guard let base = buffer.baseAddress else { return CURLE_FAILED_INIT }
            setErrorBuffer(base)
            return withExtendedLifetime(exchange) { perform(abort: abort) }
        }
        guard let code else { throw TransferError(.aborted, "stopped by the caller") }
        guard code != CURLE_OK else { return }
        if let address = exchange.refusedAddress, code == CURLE_COULDNT_CONNECT {
            throw TransferError(.addressRefused, "the address \(address) is not allowed")
        }
        let length = message.firstIndex(of: 0) ?? 0
        let detail = String(decoding: message.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let text = detail.isEmpty ? String(cString: curl_easy_strerror(code)) : detail
        if exchange.fault == .replyTooLarge {
            throw TransferError(.replyTooLarge, "the reply is longer than \(exchange.replyCapBytes) bytes")
        }
        throw TransferError(exchange.fault ?? reason(of: code), text)
    }

    private func reason(of code: CURLcode) -> TransferError.Reason {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dnsLookupFailed
        case CURLE_COULDNT_CONNECT: .connectionRefused
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED, CURLE_SSL_INVALIDCERTSTATUS:
            .tlsFailed
        case CURLE_URL_MALFORMAT: .invalidRequest
        case CURLE_SEND_ERROR, CURLE_READ_ERROR, CURLE_ABORTED_BY_CALLBACK: .sendFailed
        case CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .connectionLost
        case CURLE_LOGIN_DENIED: .authenticationFailed
        default: .badReply
        }
    }

    var timings: TransferTimings {
        var timings = TransferTimings()
        timings.dnsMs = milliseconds(CURLINFO_NAMELOOKUP_TIME_T)
        timings.connectMs = milliseconds(CURLINFO_CONNECT_TIME_T)
        timings.tlsMs = milliseconds(CURLINFO_APPCONNECT_TIME_T)
        timings.firstByteMs = milliseconds(CURLINFO_STARTTRANSFER_TIME_T)
        timings.totalMs = milliseconds(CURLINFO_TOTAL_TIME_T)
        return timings
    }
}
