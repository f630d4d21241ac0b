package import Domain
import ResultFormats

/// What a sender says about results that were made elsewhere.
package struct ImportRequest: Codable, Equatable, Sendable {
    /// The word of a `ResultFormat`; nil: found by content.
    package var format: String?
    /// What makes a repeat known, and lets further files join the run.
    package var runKey: String?
    package var name: String?
    /// Key of a suite, in the catalog or not.
    package var suite: String?
    package var branch: String?
    package var commit: String?
    package var environment: String?
    package var url: String?
    package var startedAt: Timestamp?
    package var allowEmpty = false
    /// Whether the run ends with this file; nil: as the format and the key say.
    package var complete: Bool?
    /// What parts the files of a form that a browser or `curl -F` sent; nil: the body is one file.
    package var boundary: String?
    package var startedBy: FrozenRequest.Starter

    package init(startedBy: FrozenRequest.Starter) { self.startedBy = startedBy }
}

/// A file that was sent, as its row stands.
package struct ImportFile: Equatable, Sendable {
    package enum State: String, Sendable {
        case waiting, reading, read, damaged, refused
    }

    package let id: ID<ImportFile>
    package let project: ProjectRef
    package let state: State
    package let name: String
    /// The word of its format; empty until it is known.
    package let format: String
    package let bytes: Int64
    package let bytesRead: Int64
    package let request: ImportRequest
}

/// How much of a file one run has taken.
package struct ImportShare: Equatable, Sendable {
    package let run: ID<Execution>
    package let number: Int
    package let runKey: String?
    /// Whether this file began the run.
    package let created: Bool
    package let status: ExecutionStatus
    package var accepted: Int
    package var duplicates: Int
    package var refused: Int
}

/// Why a file as a whole is not taken.
package enum ImportFault: Error, Equatable, Sendable {
    /// Its content is of no format that is read.
    case unknownFormat
    /// It says to be of a format that its beginning contradicts.
    case notOfFormat(String)
}

/// The words for formats of results, as the API takes them.
package enum ImportFormats {
    package static let words = ResultFormat.allCases.map(\.rawValue)
}
