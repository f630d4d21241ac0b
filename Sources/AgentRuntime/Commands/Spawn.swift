import CSpawn
import Glibc

/// Starts `spec` under a reaper and returns the process id of that.
func spawn(_ spec: ChildSpec, output: Int32, error: Int32, report: Int32) throws(SpawnError) -> pid_t {
    var process: pid_t = 0
    var stage: Int32 = 0
    let failure = withCStrings([spec.reaper, spec.program] + spec.arguments) { arguments in
        withCStrings(spec.environment) { environment in
            spec.reaper.withCString { program in
                spec.directory.withCString { directory in
                    var options = assay_spawn_options(
                        program: program, arguments: arguments, environment: environment, directory: directory,
                        input: spec.inputDescriptor, output: output, error: error, report: report,
                        maximum_file_bytes: spec.maximumFileBytes, maximum_address_bytes: spec.maximumAddressBytes,
                        maximum_open_files: 0)
                    return assay_spawn(&options, &process, &stage)
                }
            }
        }
    }
    guard failure == 0 else { throw spawnError(spec, failure, stage) }
    return process
}

private func spawnError(_ spec: ChildSpec, _ failure: Int32, _ stage: Int32) -> SpawnError {
    let text = errorText(failure)
    let isResource = isShortage(failure)
    switch UInt32(clamping: stage) {
    case ASSAY_SPAWN_DIRECTORY.rawValue:
        return SpawnError(message: "cannot enter directory '\(spec.directory)': \(text)", isResource: isResource)
    case ASSAY_SPAWN_EXEC.rawValue:
        return SpawnError(message: "cannot run '\(spec.reaper)': \(text)", isResource: isResource)
    default: return SpawnError(message: "cannot start a process: \(text)", isResource: isResource)
    }
}

/// The reaper could not run the program.
func programError(_ spec: ChildSpec, _ failure: Int32) -> SpawnError {
    SpawnError(message: "cannot run '\(spec.program)': \(errorText(failure))", isResource: isShortage(failure))
}

private func isShortage(_ failure: Int32) -> Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(failure) }

private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Result
) -> Result {
    var pointers = texts.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}

/// The file that running `name` means: itself with a slash, else the first executable of that name in `path`.
func findProgram(_ name: String, path: String) -> String? {
    if name.contains("/") { return name }
    for directory in path.split(separator: ":") {
        let candidate = "\(directory)/\(name)"
        if access(candidate, X_OK) == 0 { return candidate }
    }
    return nil
}
