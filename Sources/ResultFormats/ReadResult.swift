/// One test as a foreign file tells it, in the words of Assay.
///
/// Times are milliseconds since 1970 UTC. Texts are as in the file, not yet cut to what the database keeps.
package struct ReadResult: Sendable, Equatable {
    package enum Status: String, Sendable, CaseIterable {
        /// `failed` is an assertion that did not hold, `error` anything else that broke.
        case passed, failed, error, skipped, timeout
    }

    /// The display name.
    package var name: String
    package var className: String?
    /// The suites around the test, outermost first.
    package var suitePath: [String] = []
    /// What the format itself knows the test by (Allure's historyId, an own id); nil: class and name.
    package var explicitIdentity: String?
    package var file: String?
    package var status: Status
    /// The word of the file, when it is another than `status`.
    package var rawStatus: String?
    /// The try this is, from 1; nil when the file does not tell tries apart.
    package var attempt: Int?
    package var startedAt: Int64?
    package var durationMs: Int64?
    package var error: ReadError?
    package var standardOutput = ""
    package var standardError = ""
    package var tags: [String] = []
    package var parameters: [ReadPair] = []
    /// Properties, links, owners: what has no place of its own.
    package var metadata: [ReadPair] = []
    package var steps: [ReadStep] = []
    package var attachments: [ReadAttachment] = []
    /// What is odd about it though it could be read, as stable words: `negativeDuration`, `absurdDuration`, `unexpectedPass`.
    package var flags: [String] = []

    package init(name: String, status: Status) {
        self.name = name
        self.status = status
    }
}

/// One step inside a test; steps nest.
package struct ReadStep: Sendable, Equatable {
    package var name: String
    package var status: ReadResult.Status
    package var rawStatus: String?
    package var startedAt: Int64?
    package var durationMs: Int64?
    package var error: ReadError?
    package var output = ""
    package var parameters: [ReadPair] = []
    package var steps: [ReadStep] = []
    package var attachments: [ReadAttachment] = []

    package init(name: String, status: ReadResult.Status) {
        self.name = name
        self.status = status
    }
}

package struct ReadError: Sendable, Equatable {
    package var type: String?
    package var message: String?
    package var stack: String?

    package init(type: String? = nil, message: String? = nil, stack: String? = nil) {
        self.type = type
        self.message = message
        self.stack = stack
    }
}

/// A name with a text, in the order of the file.
package struct ReadPair: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// A file that a test points to, by its name inside what was sent, or with its bytes when the format holds them.
package struct ReadAttachment: Sendable, Equatable {
    package var name: String
    package var mediaType: String?
    package var path: String?
    package var bytes: [UInt8]?

    package init(name: String, mediaType: String? = nil, path: String? = nil, bytes: [UInt8]? = nil) {
        self.name = name
        self.mediaType = mediaType
        self.path = path
        self.bytes = bytes
    }
}
