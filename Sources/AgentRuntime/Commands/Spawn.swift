import CSpawn
import Glibc

/// Starts `spec` and returns its process id, which is also its group id.
func spawn(_ spec: ChildSpec, output: Int32, error: Int32) throws(SpawnError) -> pid_t {
    var process: pid_t = 0
    var stage: Int32 = 0
    let failure = withCStrings(spec.arguments) { arguments in
        withCStrings(spec.environment) { environment in
            spec.program.withCString { program in
                spec.directory.withCString { directory in
                    var options = assay_spawn_options(
                        program: program, arguments: arguments, environment: environment, directory: directory,
                        input: spec.inputDescriptor, output: output, error: error,
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
    let isResource = [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(failure)
    switch UInt32(clamping: stage) {
    case ASSAY_SPAWN_DIRECTORY.rawValue:
        return SpawnError(message: "cannot enter directory '\(spec.directory)': \(text)", isResource: isResource)
    case ASSAY_SPAWN_EXEC.rawValue:
        return SpawnError(message: "cannot run '\(spec.program)': \(text)", isResource: isResource)
    default: return SpawnError(message: "cannot start a process: \(text)", isResource: isResource)
    }
}

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
