/// Mocha's `json` reporter. Its lists of passes, failures and pending tests say the outcome; `tests` repeats them without.
struct MochaJSON: JSONHandler {
    func choice(at path: [String]) -> JSONChoice {
        switch path {
        case [], ["passes"], ["failures"], ["pending"]: .enter
        case ["passes", "*"], ["failures", "*"], ["pending", "*"], ["stats"]: .take
        default: .skip
        }
    }

    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem]) {
        switch path {
        case ["passes", "*"]: items.append(.result(test(value, .passed)))
        case ["failures", "*"]: items.append(.result(test(value, .failed)))
        case ["pending", "*"]: items.append(.result(test(value, .skipped)))
        case ["stats"]:
            for (name, fact) in [("start", "startedAt"), ("end", "finishedAt")] {
                if let at = value[name]?.instantMs { items.append(.fact(ReadPair(fact, String(at)))) }
            }
        default: break
        }
    }

    private func test(_ json: JSON, _ status: ReadResult.Status) -> ReadResult {
        let title = json["title"]?.text ?? json["fullTitle"]?.text ?? "unnamed"
        var result = ReadResult(name: title, status: status)
        if status == .skipped { result.rawStatus = "pending" }
        if let full = json["fullTitle"]?.text, full.hasSuffix(" " + title) {
            result.suitePath = [String(full.dropLast(title.count + 1))]
        }
        result.file = json["file"]?.text
        if let (ms, flag) = json["duration"]?.number.map(ForeignTime.clamped) {
            result.durationMs = ms
            if let flag { result.flags.append(flag) }
        }
        // Mocha tells the last try only.
        if let retry = json["currentRetry"]?.integer, (1...10_000).contains(retry) { result.attempt = Int(retry) + 1 }
        result.error = error(json["err"])
        if status == .failed, let error = json["err"], error["code"]?.text == "ERR_MOCHA_TIMEOUT" {
            result.status = .timeout
        }
        return result
    }

    private func error(_ json: JSON?) -> ReadError? {
        guard let json, !json.members.isEmpty else { return nil }
        return ReadError(
            type: json["name"]?.text ?? json["code"]?.text, message: json["message"]?.text, stack: json["stack"]?.text)
    }
}
