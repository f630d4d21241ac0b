import Domain

/// The shape of one step of a generic test case.
package enum StepShape {
    package static var step: Shape {
        .object(
            [
                .required("name", .text(1...512), "What the step does."),
                .optional("command", command, "Runs a program on the agent."),
                .optional("http", http, "Sends one HTTP request from the agent."),
                .optional("wait", wait, "Waits."),
                .optional("expect", expect, "What must hold for the step to pass."),
                .optional("capture", .map(capture, keys: .variable, 0...100), "Variables taken from the outcome."),
                .optional("timeoutMs", .timeoutMs, "The step ends with timeout after this time."),
                .optional("always", .boolean, "Run even when an earlier step failed."),
            ],
            exactlyOne: [StepActionKind.names])
    }

    static var command: Shape {
        .object(
            [
                .optional("argv", .array(.text(0...32_768), 1...1000), "Program and arguments, no shell."),
                .optional(
                    "shell", .text(1...Limits.valueText.upperBound), "Text for `/bin/sh -c`; values come as variables."),
                .optional(
                    "env", .map(.text(Limits.valueText), keys: .variable, Limits.parameters), "Environment variables."),
                .optional("cwd", .text(1...4096), "Directory, relative to the attempt's own."),
                .optional("stdin", .text(0...1_048_576), "Text for standard input."),
                .optional("artifacts", .array(.text(1...1024), 0...100), "Globs of files to keep."),
            ],
            exactlyOne: [["argv", "shell"]])
    }

    static var http: Shape {
        .object(
            [
                .optional("method", .text(1...16, .method), "Default GET."),
                .required("url", .text(1...8192), "Address; may hold `${name}`."),
                .optional("headers", .map(.text(0...8192), keys: .headerName, 0...100), "Request headers."),
                .optional("body", .text(0...1_048_576), "Request body as text."),
                .optional("json", .any, "Request body as JSON."),
                .optional(
                    "tls",
                    .object([
                        .optional("verify", .boolean, "Check the certificate; default true."),
                        .optional("caFile", .text(1...4096), "File of trusted certificates on the agent."),
                    ]), "TLS options."),
                .optional("followRedirects", .boolean, "Default false."),
            ],
            atMostOne: [["body", "json"]])
    }

    static var wait: Shape {
        .object([.required("durationMs", .integer(0...3_600_000), "How long.")])
    }

    static var matcher: Shape {
        .alternatives(
            .text(0...65_536),
            .object(
                ["equals", "contains", "matches", "notContains"].map {
                    .optional(
                        $0, .text(0...65_536), "The text \($0 == "matches" ? "matches this regular expression" : $0).")
                }, exactlyOne: [["equals", "contains", "matches", "notContains"]]))
    }

    static var expect: Shape {
        let status: Shape = .integer(100...599)
        return .object([
            .optional("exitCode", .integer(0...255), "Exit code of a command; default 0."),
            .optional("stdout", matcher, "Standard output of a command."),
            .optional("stderr", matcher, "Standard error of a command."),
            .optional("status", .alternatives(status, .array(status, 1...50)), "HTTP status; default any 2xx."),
            .optional("headers", .map(matcher, keys: .headerName, 0...100), "Response headers."),
            .optional("json", .map(.any, keys: .pointer, 0...200), "Values at JSON Pointers of the response."),
            .optional("body", matcher, "Response body as text."),
            .optional("maxDurationMs", .timeoutMs, "Upper bound of the duration."),
        ])
    }

    static var capture: Shape {
        .object([
            .required(
                "from", .words(["stdout", "stderr", "body", "header", "exitCode", "status"]), "Where to take it from."),
            .optional("regex", .text(1...4096), "Group 1, else the whole match."),
            .optional("pointer", .text(0...4096, .pointer), "JSON Pointer."),
            .optional("header", .text(1...128, .headerName), "Header name, with from = header."),
        ])
    }
}
