import CCurl
import Glibc

/// What libcurl's callbacks read and write during one hop; lives on the thread that performs it.
final class Exchange {
    let policy: AddressPolicy
    let streamedStatuses: ClosedRange<Int>
    let replyCapBytes: Int
    let overCap: HTTPRequest.OverCap
    let sinkDescriptor: Int32?
    let sinkCapBytes: Int
    let onBytes: ((UnsafeRawBufferPointer) -> Bool)?

    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var bodyBytes: Int64 = 0
    var sinkBytes: Int64 = 0
    var status = 0
    var refusedAddress: String?
    var fault: TransferError.Reason?
    var sendOffset = 0
    var sendBytes: [UInt8] = []
    var sendDescriptor: Int32 = -1

    init(_ request: HTTPRequest, onBytes: ((UnsafeRawBufferPointer) -> Bool)?) {
        policy = request.policy
        streamedStatuses = request.streamedStatuses
        replyCapBytes = request.replyCapBytes
        overCap = request.overCap
        sinkDescriptor = request.sinkDescriptor
        sinkCapBytes = request.sinkCapBytes
        self.onBytes = onBytes
    }

    init(policy: AddressPolicy, message: [UInt8]) {
        self.policy = policy
        streamedStatuses = 200...299
        replyCapBytes = 0
        overCap = .count
        sinkDescriptor = nil
        sinkCapBytes = 0
        onBytes = nil
        sendBytes = message
    }

    var droppedBytes: Int64 { max(0, bodyBytes - max(Int64(body.count), sinkBytes)) }

    static func from(_ context: UnsafeMutableRawPointer?) -> Exchange? {
        context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Takes body bytes; false ends the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bodyBytes += Int64(bytes.count)
        if let onBytes, streamedStatuses.contains(status) {
            guard onBytes(bytes) else {
                fault = .aborted
                return false
            }
            return true
        }
        body.append(contentsOf: bytes.prefix(max(0, replyCapBytes - body.count)))
        if overCap == .fail, bodyBytes > Int64(replyCapBytes) {
            fault = .replyTooLarge
            return false
        }
        sink(bytes)
        return true
    }

    private func sink(_ bytes: UnsafeRawBufferPointer) {
        guard let sinkDescriptor else { return }
        var rest = bytes.prefix(max(0, sinkCapBytes - Int(sinkBytes)))
        while !rest.isEmpty {
            let count = write(sinkDescriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            guard count > 0 else { return }
            sinkBytes += Int64(count)
            rest = rest.dropFirst(count)
        }
    }

    /// Notes one header line; a new status line starts over, so that only the last reply's headers stay.
    func receiveHeader(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= 16_384, headers.count < 256 else { return }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            headers.removeAll()
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
        let end = value.lastIndex { !$0.isWhitespace }.map { value.index(after: $0) } ?? value.startIndex
        headers.append((name: String(line[..<colon]), value: String(value[..<end])))
    }

    /// Fills `buffer` with the next bytes to send; nil when they cannot be read.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        if sendDescriptor >= 0 {
            let count = read(sendDescriptor, buffer.baseAddress, buffer.count)
            return count >= 0 ? count : nil
        }
        let part = sendBytes.dropFirst(sendOffset).prefix(buffer.count)
        buffer.copyBytes(from: part)
        sendOffset += part.count
        return part.count
    }

    /// Goes back to `offset` of what is sent, for a second try on a fresh connection.
    func rewind(to offset: Int) -> Bool {
        if sendDescriptor >= 0 { return lseek(sendDescriptor, offset, SEEK_SET) == offset }
        guard (0...sendBytes.count).contains(offset) else { return false }
        sendOffset = offset
        return true
    }

    /// Opens the socket for a permitted address only.
    func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        guard let numeric = IPAddress(address) else { return CURL_SOCKET_BAD }
        guard policy.permits(numeric) else {
            refusedAddress = numeric.description
            return CURL_SOCKET_BAD
        }
        let kind = address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue)
        return socket(address.pointee.family, kind, address.pointee.protocol)
    }
}
