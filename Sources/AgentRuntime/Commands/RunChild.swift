import CSpawn
import Glibc

enum ChildStream { case output, error }

/// Runs a program to its end and hands over what it prints; whatever it has started is dead then as well.
///
/// Blocks the calling thread, which must be the one that lives until the end: the reaper stops when it ends.
func runChild(
    _ spec: ChildSpec, within bounds: StepBounds, clock: AgentClock,
    onBytes: (ChildStream, UnsafeRawBufferPointer) -> Void
) throws(SpawnError) -> ChildEnd {
    var output = try Pipe()
    defer { output.closeBoth() }
    var error = try Pipe()
    defer { error.closeBoth() }
    var report = try Pipe()
    defer { report.closeBoth() }
    let process = try spawn(spec, output: output.writeEnd, error: error.writeEnd, report: report.writeEnd)
    output.closeWriteEnd()
    error.closeWriteEnd()
    report.closeWriteEnd()
    let exit = assay_pidfd(process)
    defer { if exit >= 0 { close(exit) } }
    var watch = ChildWatch(process: process, exit: exit, bounds: bounds, clock: clock)
    var streams: [(ChildStream, Int32)] = [(.output, output.readEnd), (.error, error.readEnd)]
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !watch.hasEnded {
        let ready = watch.poll(streams.map(\.1))
        streams.removeAll { ready.contains($0.1) && !forward($0, &buffer, onBytes) }
    }
    while waitpid(process, nil, 0) < 0, errno == EINTR {}
    // All writers are dead: what is left in the pipes is all there will be.
    let drainUntil = clock.monotonicMs() + 250
    while !streams.isEmpty, clock.monotonicMs() < drainUntil {
        let ready = pollReadable(streams.map(\.1), timeoutMs: drainUntil - clock.monotonicMs())
        if ready.isEmpty { break }
        streams.removeAll { ready.contains($0.1) && !forward($0, &buffer, onBytes) }
    }
    return try childEnd(spec, report.readEnd, watch.interruption)
}

/// Reads once; false at the end of the stream.
private func forward(
    _ stream: (ChildStream, Int32), _ buffer: inout [UInt8], _ onBytes: (ChildStream, UnsafeRawBufferPointer) -> Void
) -> Bool {
    let count = read(stream.1, &buffer, buffer.count)
    if count < 0 { return errno == EAGAIN || errno == EINTR }
    guard count > 0 else { return false }
    buffer.withUnsafeBytes { onBytes(stream.0, UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
    return true
}

/// What the reaper says; nothing when it was killed itself.
private func childEnd(
    _ spec: ChildSpec, _ report: Int32, _ interruption: Interruption?
) throws(SpawnError) -> ChildEnd {
    let mark = spec.environment.first { $0.hasPrefix("HOME=") } ?? ""
    var said = assay_child_report()
    let size = MemoryLayout<assay_child_report>.size
    guard withUnsafeMutableBytes(of: &said, { read(report, $0.baseAddress, size) }) == size else {
        killMarked(mark)
        throw SpawnError(message: "the process that watched over the command was killed", isResource: true)
    }
    guard said.error == 0 else { throw programError(spec, said.error) }
    if said.has_survivors != 0 { killMarked(mark) }
    let code = assay_exit_code(said.status)
    let signal = assay_exit_signal(said.status)
    return ChildEnd(
        exitCode: code >= 0 ? Int(code) : nil, signal: signal > 0 ? Int(signal) : nil, interruption: interruption,
        cpuMs: said.cpu_ms, maxRssBytes: said.maximum_rss_bytes, bytesWritten: said.written_bytes)
}

/// The descriptors that are readable or at their end within `timeoutMs`.
func pollReadable(_ descriptors: [Int32], timeoutMs: Int64) -> Set<Int32> {
    var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard poll(&entries, nfds_t(entries.count), Int32(clamping: max(0, timeoutMs))) > 0 else { return [] }
    return Set(entries.filter { $0.revents != 0 }.map(\.fd))
}

private struct Pipe {
    private(set) var readEnd: Int32
    private(set) var writeEnd: Int32

    init() throws(SpawnError) {
        var ends: [Int32] = [-1, -1]
        guard assay_pipe(&ends) == 0 else {
            throw SpawnError(message: "no pipe: \(errorText(errno))", isResource: true)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    mutating func closeWriteEnd() {
        if writeEnd >= 0 { close(writeEnd) }
        writeEnd = -1
    }

    mutating func closeBoth() {
        closeWriteEnd()
        close(readEnd)
    }
}

func errorText(_ code: Int32) -> String { String(cString: strerror(code)) }
