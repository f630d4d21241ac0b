/// A program to run, completely resolved.
struct ChildSpec {
    /// Absolute path of `assay-reaper`.
    var reaper: String
    /// Path with a slash; relative to `directory`.
    var program: String
    var arguments: [String]
    /// `NAME=value`, exactly what the child gets.
    var environment: [String]
    var directory: String
    /// Open for reading; becomes standard input.
    var inputDescriptor: Int32
    /// 0 = unlimited.
    var maximumFileBytes: UInt64 = 0
    var maximumAddressBytes: UInt64 = 0
}

/// Why a program could not be started.
struct SpawnError: Error, Equatable {
    let message: String
    /// The machine is out of something, rather than the definition being wrong.
    let isResource: Bool
}

/// What ended a command before its own end.
enum Interruption: Equatable {
    case stepTimeout
    case executionTimeout
    case cancelled
    /// The attempt is not this agent's any more.
    case dropped
}

/// Until when a step may run and what else ends it.
struct StepBounds {
    /// Monotonic milliseconds, and what passing them means.
    var deadlineMs: Int64
    var deadlineMeans: Interruption
    /// Nil in steps that run although the run was cancelled.
    var cancel: Latch?
    var drop: Latch
    /// From SIGTERM to SIGKILL.
    var graceMs: Int64 = 5_000
}

/// How a command ended.
struct ChildEnd: Equatable {
    var exitCode: Int?
    var signal: Int?
    var interruption: Interruption?
    var cpuMs: Int64
    var maxRssBytes: Int64
    var bytesWritten: Int64
}
