import CCurl

/// One libcurl easy handle driven through a multi handle, so that another thread can wake it; one thread at a time.
final class CurlHandle {
    private let multi: UnsafeMutableRawPointer
    private let easy: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    init() throws(TransferError) {
        guard let easy = curl_easy_init() else { throw TransferError(.sendFailed, "libcurl cannot start") }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            throw TransferError(.sendFailed, "libcurl cannot start")
        }
        self.easy = easy
        self.multi = multi
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
        freeLists()
    }

    /// Forgets all options; open connections stay for the next exchange.
    func reset() {
        curl_easy_reset(easy)
        freeLists()
    }

    private func freeLists() {
        lists.forEach { curl_slist_free_all($0) }
        lists.removeAll()
    }

    func set(_ option: CURLoption, _ value: Int) {
        _ = assay_curl_set_long(easy, option, value)
    }

    func set(_ option: CURLoption, size value: Int) {
        _ = assay_curl_set_size(easy, option, curl_off_t(value))
    }

    func set(_ option: CURLoption, _ value: String) {
        _ = assay_curl_set_text(easy, option, value)
    }

    func set(_ option: CURLoption, lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            if let longer = curl_slist_append(list, line) { list = longer }
        }
        guard let list else { return }
        lists.append(list)
        _ = assay_curl_set_pointer(easy, option, list)
    }

    /// Copies the body into the handle, which can then send it again by itself.
    func setPostFields(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { buffer in
            let start = buffer.baseAddress.map { UnsafeMutableRawPointer(mutating: $0) }
            if let start { _ = assay_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, start) }
        }
    }

    func setErrorBuffer(_ buffer: UnsafeMutablePointer<CChar>) {
        _ = assay_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, buffer)
    }

    func setCallbacks(_ exchange: Exchange) {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        _ = assay_curl_set_data(easy, CURLOPT_WRITEFUNCTION, receiveBody)
        _ = assay_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = assay_curl_set_data(easy, CURLOPT_HEADERFUNCTION, receiveHeader)
        _ = assay_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = assay_curl_set_data(easy, CURLOPT_READFUNCTION, fillBody)
        _ = assay_curl_set_pointer(easy, CURLOPT_READDATA, context)
        _ = assay_curl_set_seek(easy) { context, offset, origin in
            let isDone = origin == 0 && Exchange.from(context)?.rewind(to: Int(offset)) == true
            return isDone ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_CANTSEEK
        }
        _ = assay_curl_set_pointer(easy, CURLOPT_SEEKDATA, context)
        _ = assay_curl_set_open_socket(easy) { context, _, address in
            guard let address, let exchange = Exchange.from(context) else { return CURL_SOCKET_BAD }
            return exchange.openSocket(address)
        }
        _ = assay_curl_set_pointer(easy, CURLOPT_OPENSOCKETDATA, context)
    }

    /// Runs the exchange to its end; nil when `abort` was thrown first.
    func perform(abort: AbortSwitch?) -> CURLcode? {
        curl_multi_add_handle(multi, easy)
        defer { curl_multi_remove_handle(multi, easy) }
        abort?.attach(multi)
        defer { abort?.detach() }
        var running: Int32 = 1
        while true {
            if abort?.isThrown == true { return nil }
            guard curl_multi_perform(multi, &running) == CURLM_OK else { return CURLE_FAILED_INIT }
            if running == 0 { return result() }
            curl_multi_poll(multi, nil, 0, 1000, nil)
        }
    }

    private func result() -> CURLcode {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            if message.pointee.msg == CURLMSG_DONE { return message.pointee.data.result }
        }
        return CURLE_FAILED_INIT
    }

    func integer(_ info: CURLINFO) -> Int {
        var value = 0
        return assay_curl_get_long(easy, info, &value) == CURLE_OK ? value : 0
    }

    /// A `…_TIME_T` answer, which libcurl gives in microseconds.
    func milliseconds(_ info: CURLINFO) -> Double {
        var value: curl_off_t = 0
        return assay_curl_get_size(easy, info, &value) == CURLE_OK ? Double(value / 10) / 100 : 0
    }

    func text(_ info: CURLINFO) -> String {
        var value: UnsafePointer<CChar>?
        guard assay_curl_get_text(easy, info, &value) == CURLE_OK, let value else { return "" }
        return String(cString: value)
    }
}

private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let exchange = Exchange.from(context) else { return 0 }
    return exchange.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    Exchange.from(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
    return size * count
}

private func fillBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
    return Exchange.from(context)?.fill(buffer) ?? Int(CURL_READFUNC_ABORT)
}
