import Domain
package import Wire

/// The shape of one step of a generic test case.
package enum StepShape {
    package static var step: Shape {
        .object(
            [
                .required("name", .text(Limits.stepName), "What the step does."),
                .optional("command", command, "Runs a program on the agent."),
                .optional("http", http, "Sends one HTTP request from the agent."),
                .optional("wait", wait, "Waits."),
                .optional("expect", expect, "What must hold for the step to pass."),
                .optional(
                    "capture", .map(capture, keys: .variable, Limits.captures), "Variables taken from the outcome."),
                .optional("timeoutMs", .timeoutMs, "The step ends with timeout after this time."),
                .optional("always", .boolean, "Run even when an earlier step failed."),
            ],
            exactlyOne: [StepActionKind.names])
    }

    static var command: Shape {
        .object(
            [
                .optional("argv", .array(.text(Limits.valueText), 1...1000), "Program and arguments, no shell."),
                .optional(
                    "shell", .text(1...Limits.valueText.upperBound), "Text for `/bin/sh -c`; values come as variables."),
                .optional(
                    "env", .map(.scalar, keys: .variable, Limits.parameters), "Environment variables."),
                .optional("cwd", .text(Limits.path), "Directory, relative to the attempt's own."),
                .optional("stdin", .text(Limits.bodyText), "Text for standard input."),
                .optional("artifacts", .array(.text(1...1024), 0...100), "Globs of files to keep."),
            ],
            exactlyOne: [["argv", "shell"]])
    }

    static var http: Shape {
        .object(
            [
                .optional("method", .text(1...16, .method), "Default GET."),
                .required("url", .text(Limits.stepURL), "Address; may hold `${name}`."),
                .optional("headers", .map(.scalar, keys: .headerName, Limits.headers), "Request headers."),
                .optional("body", .text(Limits.bodyText), "Request body as text."),
                .optional("json", .any, "Request body as JSON."),
                .optional(
                    "tls",
                    .object([
                        .optional("verify", .boolean, "Check the certificate; default true."),
                        .optional("caFile", .text(Limits.path), "File of trusted certificates on the agent."),
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
            .text(Limits.valueText),
            .object(
                ["equals", "contains", "matches", "notContains"].map {
                    .optional(
                        $0, .text(Limits.valueText),
                        "The text \($0 == "matches" ? "matches this regular expression" : $0).")
                }, exactlyOne: [["equals", "contains", "matches", "notContains"]]))
    }

    static var expect: Shape {
        let status: Shape = .integer(100...599)
        return .object([
            .optional("exitCode", .integer(0...255), "Exit code of a command; default 0."),
            .optional("stdout", matcher, "Standard output of a command."),
            .optional("stderr", matcher, "Standard error of a command."),
            .optional("status", .alternatives(status, .array(status, 1...50)), "HTTP status; default any 2xx."),
            .optional("headers", .map(matcher, keys: .headerName, Limits.headers), "Response headers."),
            .optional("json", .map(.any, keys: .pointer, 0...200), "Values at JSON Pointers of the response."),
            .optional("body", matcher, "Response body as text."),
            .optional("maxDurationMs", .timeoutMs, "Upper bound of the duration."),
        ])
    }

    static var capture: Shape {
        .object([
            .required(
                "from", .words(["stdout", "stderr", "body", "header", "exitCode", "status"]), "Where to take it from."),
            .optional("regex", .text(Limits.expression), "Group 1, else the whole match."),
            .optional("pointer", .text(0...4096, .pointer), "JSON Pointer."),
            .optional("header", .text(1...128, .headerName), "Header name, with from = header."),
        ])
    }
}
