import Crypto
import Domain

/// The commit a run is started for.
package struct TriggerRevision: Equatable, Sendable {
    package let commit: String
    package let branch: String
    package let url: String?
    package let message: String?
}

/// What a verified delivery asks for.
enum GitHubContent: Equatable {
    case revision(TriggerRevision)
    /// Nothing to run; the word says why.
    case nothing(String)
    /// Not the document GitHub sends for this event.
    case malformed(String)

    /// What it is about; nil where that could not be read.
    var revision: TriggerRevision? { if case .revision(let revision) = self { revision } else { nil } }
}

/// A delivery as GitHub sends it.
struct GitHubDelivery {
    /// The events a trigger can be for.
    static let events = ["push", "pull_request"]

    let event: String
    let delivery: String
    /// What makes two deliveries the same whatever their ids say.
    var bodySHA256: [UInt8] { Array(SHA256.hash(data: body)) }
    /// What the log keeps of it; nil when it is too long.
    var kept: [UInt8]? { body.count <= TriggerDeliveries.maximumPayloadBytes ? body : nil }
    private let signature: String?
    private let body: [UInt8]

    /// - Parameter header: looks a header up in any case.
    init(header: (String) -> String?, body: [UInt8]) {
        event = header("X-GitHub-Event") ?? ""
        delivery = header("X-GitHub-Delivery") ?? ""
        signature = header("X-Hub-Signature-256")
        self.body = body
    }

    /// `sha256=` and 64 hex digits: the HMAC of the body. Compared in constant time.
    func isSigned(with secret: [UInt8]) -> Bool {
        guard let signature, signature.hasPrefix("sha256="), let code = Self.hexBytes(signature.dropFirst(7)) else {
            return false
        }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: body, using: SymmetricKey(data: secret))
    }

    /// 1 to 128 characters of what a UUID and similar ids are made of.
    var hasUsableID: Bool {
        (1...128).contains(delivery.utf8.count)
            && delivery.utf8.allSatisfy { $0 > 32 && $0 < 127 }
    }

    var content: GitHubContent {
        let json: JSONValue
        do {
            json = try JSONParser.parse(body, roundsIntegers: true)
        } catch {
            return .malformed("The body is not JSON: \(error.message). Choose application/json as its type.")
        }
        switch event {
        case "push": return push(json)
        case "pull_request": return pullRequest(json)
        default: return .nothing("event")
        }
    }

    private func push(_ json: JSONValue) -> GitHubContent {
        guard let ref = json["ref"]?.string else { return .malformed("The push names no ref.") }
        guard ref.hasPrefix("refs/heads/") else { return .nothing("notABranch") }
        if json["deleted"]?.bool == true { return .nothing("branchDeleted") }
        return revision(
            commit: json["after"]?.string, branch: String(ref.dropFirst(11)),
            url: json.value(at: "/head_commit/url")?.string, message: json.value(at: "/head_commit/message")?.string)
    }

    private func pullRequest(_ json: JSONValue) -> GitHubContent {
        guard let action = json["action"]?.string else { return .malformed("The pull_request names no action.") }
        guard ["opened", "synchronize", "reopened"].contains(action) else { return .nothing("action") }
        guard let branch = json.value(at: "/pull_request/head/ref")?.string else {
            return .malformed("The pull_request names no head.ref.")
        }
        return revision(
            commit: json.value(at: "/pull_request/head/sha")?.string, branch: branch,
            url: json.value(at: "/pull_request/html_url")?.string,
            message: json.value(at: "/pull_request/title")?.string)
    }

    private func revision(commit: String?, branch: String, url: String?, message: String?) -> GitHubContent {
        guard let commit, (4...64).contains(commit.utf8.count), Self.hexDigits(commit[...]) != nil else {
            return .malformed("The delivery names no commit.")
        }
        guard (1...255).contains(branch.utf8.count) else { return .malformed("The branch is too long.") }
        let address = url.flatMap { $0.utf8.count <= 2_000 && $0.hasPrefix("https://") ? $0 : nil }
        // Only the first line: the rest is for the repository.
        let subject = message.map { $0.prefix { !$0.isNewline }.cut(codePoints: 500) }
        return .revision(TriggerRevision(commit: commit, branch: branch, url: address, message: subject))
    }

    private static func hexDigits(_ text: Substring) -> [UInt8]? {
        let digits = text.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case 48...57: byte - 48
            case 97...102: byte - 87
            case 65...70: byte - 55
            default: nil
            }
        }
        return digits.count == text.utf8.count ? digits : nil
    }

    private static func hexBytes(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count == 64, let digits = hexDigits(text) else { return nil }
        return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
