/// `…-result.json` is a test; of `…-container.json` the fixtures that failed are told.
struct AllureJSON: JSONHandler {
    func choice(at path: [String]) -> JSONChoice { .take }

    mutating func take(_ value: JSON, at path: [String], _ items: inout [ReadItem]) {
        if value["befores"] != nil || value["afters"] != nil || (value["children"] != nil && value["status"] == nil) {
            for fixture in (value["befores"]?.elements ?? []) + (value["afters"]?.elements ?? []) {
                hook(fixture, &items)
            }
        } else if value["status"] != nil || value["name"] != nil {
            items.append(.result(result(value)))
        }
    }

    private func result(_ json: JSON) -> ReadResult {
        var result = ReadResult(name: json["name"]?.text ?? json["fullName"]?.text ?? "unnamed", status: .error)
        let body = step(json)
        (result.status, result.rawStatus, result.error) = (body.status, body.rawStatus, body.error)
        (result.startedAt, result.durationMs) = (body.startedAt, body.durationMs)
        (result.parameters, result.steps, result.attachments) = (body.parameters, body.steps, body.attachments)
        result.explicitIdentity = json["historyId"]?.text
        if let full = json["fullName"]?.text { result.metadata.append(ReadPair("fullName", full)) }
        if let words = json["description"]?.text { result.metadata.append(ReadPair("description", words)) }
        var labels = AllureLabels()
        for label in json["labels"]?.elements ?? [] {
            if let name = label["name"]?.text, let value = label["value"]?.words { labels.add(name, value) }
        }
        labels.fill(&result)
        for link in json["links"]?.elements ?? [] {
            if let url = link["url"]?.text {
                result.metadata.append(ReadPair("link." + (link["type"]?.text ?? "link"), url))
            }
        }
        for mark in ["flaky", "known", "muted"] where json["statusDetails"]?[mark]?.bool == true {
            result.flags.append(mark)
        }
        return result
    }

    private func hook(_ json: JSON, _ items: inout [ReadItem]) {
        let body = step(json)
        guard json["status"] != nil, body.status == .failed || body.status == .error else { return }
        var result = ReadResult(name: body.name, status: .failed)
        (result.rawStatus, result.error, result.startedAt, result.durationMs) = (
            body.rawStatus, body.error, body.startedAt, body.durationMs
        )
        (result.steps, result.attachments) = (body.steps, body.attachments)
        items.append(.result(result))
    }

    /// Tests, fixtures and steps have the same members. Depth is bounded by that of the document.
    private func step(_ json: JSON) -> ReadStep {
        var step = ReadStep(name: json["name"]?.text ?? "unnamed", status: .error)
        (step.status, step.rawStatus) = AllureStatus.of(json["status"]?.string ?? "")
        step.startedAt = json["start"]?.instantMs
        if let start = json["start"]?.number, let stop = json["stop"]?.number {
            step.durationMs = ForeignTime.clamped(stop - start).ms
        }
        let error = ReadError(
            message: json["statusDetails"]?["message"]?.text, stack: json["statusDetails"]?["trace"]?.text)
        if error != ReadError() { step.error = error }
        step.parameters = (json["parameters"]?.elements ?? []).compactMap { parameter in
            guard let name = parameter["name"]?.text else { return nil }
            let isHidden = ["hidden", "masked"].contains(parameter["mode"]?.string ?? "")
            return ReadPair(name, isHidden ? "***" : parameter["value"]?.words ?? "")
        }
        step.attachments = (json["attachments"]?.elements ?? []).compactMap { item in
            item["source"]?.text.map {
                ReadAttachment(name: item["name"]?.text ?? $0, mediaType: item["type"]?.text, path: $0)
            }
        }
        step.steps = (json["steps"]?.elements ?? []).map(self.step)
        return step
    }
}
