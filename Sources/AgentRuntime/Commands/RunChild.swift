import CSpawn
import Glibc

enum ChildStream { case output, error }

/// Runs a program to its end and hands over what it prints; whatever is left of its process group is killed.
///
/// Blocks the calling thread, which must be the one that lives until the end: the child dies with it.
func runChild(
    _ spec: ChildSpec, within bounds: StepBounds, clock: AgentClock,
    onBytes: (ChildStream, UnsafeRawBufferPointer) -> Void
) throws(SpawnError) -> ChildEnd {
    var output = try Pipe()
    defer { output.closeBoth() }
    var error = try Pipe()
    defer { error.closeBoth() }
    let process = try spawn(spec, output: output.writeEnd, error: error.writeEnd)
    output.closeWriteEnd()
    error.closeWriteEnd()
    let exit = assay_pidfd(process)
    defer { if exit >= 0 { close(exit) } }
    var watch = ChildWatch(process: process, exit: exit, bounds: bounds, clock: clock)
    var streams: [(ChildStream, Int32)] = [(.output, output.readEnd), (.error, error.readEnd)]
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while !watch.hasEnded {
        let ready = watch.poll(streams.map(\.1))
        streams.removeAll { ready.contains($0.1) && !forward($0, &buffer, onBytes) }
    }
    // The leader is a zombie still, so its group id cannot belong to anyone else yet.
    kill(-process, SIGKILL)
    let drainUntil = clock.monotonicMs() + 250
    while !streams.isEmpty, clock.monotonicMs() < drainUntil {
        let ready = pollReadable(streams.map(\.1), timeoutMs: drainUntil - clock.monotonicMs())
        if ready.isEmpty { break }
        streams.removeAll { ready.contains($0.1) && !forward($0, &buffer, onBytes) }
    }
    return collect(process, watch.interruption)
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

private func collect(_ process: pid_t, _ interruption: Interruption?) -> ChildEnd {
    var status: Int32 = 0
    var usage = rusage()
    while wait4(process, &status, 0, &usage) < 0, errno == EINTR {}
    let code = assay_exit_code(status)
    let signal = assay_exit_signal(status)
    let cpu = [usage.ru_utime, usage.ru_stime].map { Int64($0.tv_sec) * 1000 + Int64($0.tv_usec) / 1000 }
    return ChildEnd(
        exitCode: code >= 0 ? Int(code) : nil, signal: signal > 0 ? Int(signal) : nil, interruption: interruption,
        cpuMs: cpu.reduce(0, +), maxRssBytes: Int64(usage.ru_maxrss) * 1024,
        bytesWritten: Int64(usage.ru_oublock) * 512)
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
