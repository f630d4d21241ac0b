import Glibc

/// Ends a sleep in `poll` from another thread.
final class WakePipe: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() {
        var ends: [Int32] = [-1, -1]
        // Without descriptors the ends stay -1: poll ignores them, and sleeps last their full time.
        if pipe(&ends) == 0 {
            for end in ends {
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            }
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        if readEnd >= 0 { close(readEnd) }
        if writeEnd >= 0 { close(writeEnd) }
    }

    /// Ends the sleep of now, or the next one; all later ones too, as nothing is taken out.
    func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Sleeps for at most `timeoutMs`, until `wake` or until `descriptor` can be read.
    func sleep(_ timeoutMs: Int, or descriptor: Int32? = nil) {
        var watched = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
        if let descriptor { watched.append(pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)) }
        poll(&watched, nfds_t(watched.count), Int32(clamping: max(0, timeoutMs)))
    }
}
