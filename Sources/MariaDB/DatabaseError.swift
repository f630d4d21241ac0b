import CMariaDB

/// What went wrong at the database, as the outcomes that a caller can act on.
package enum DatabaseError: Error, Equatable, Sendable {
    /// 1213: the server rolled the transaction back. `Pool.transaction` retries it.
    case deadlock
    /// 1205: a row lock was not granted in time; only the statement was undone, so the transaction must be rolled back.
    case lockTimeout
    /// 1020: the row changed since the snapshot was taken.
    case snapshotChanged
    /// 1062: a unique key has the value already; `key` is the name of the index (`PRIMARY` for the primary key).
    case duplicate(key: String)
    /// 4025, 1451, 1452: a CHECK or a foreign key refused the row; `name` is the constraint's.
    case constraint(name: String)
    /// 1969: the statement ran longer than `max_statement_time` and was ended.
    case statementTimeout
    /// The connection broke before COMMIT: nothing was kept.
    case connectionLost
    /// The connection broke during COMMIT: the outcome must be read again.
    case commitUnknown
    /// No connection could be made or leased in time.
    case unavailable(String)
    /// Any other refusal by the server; a fault of ours.
    case statement(code: Int, message: String)
    /// A result has no such column, or its value has another shape.
    case decoding(column: String)
    /// A migration cannot be applied to this database.
    case migration(String)
}

extension DatabaseError {
    /// Whether running the whole transaction again may succeed.
    package var isRetryable: Bool {
        switch self {
        case .deadlock, .lockTimeout, .snapshotChanged: true
        default: false
        }
    }

    /// After such an error the transaction must not go on: the server has undone it, or a part of it.
    var dooms: Bool { isRetryable || self == .connectionLost || self == .statementTimeout }

    init(code: Int, message: String) {
        switch code {
        case 1213: self = .deadlock
        case 1205: self = .lockTimeout
        case 1020: self = .snapshotChanged
        case 1062, 1586: self = .duplicate(key: quotedTail(of: message, after: "for key '", until: "'"))
        case 4025: self = .constraint(name: quotedTail(of: message, after: "CONSTRAINT `", until: "`"))
        case 1451, 1452: self = .constraint(name: quotedTail(of: message, after: "CONSTRAINT `", until: "`"))
        case 1969: self = .statementTimeout
        case Int(CR_SERVER_GONE_ERROR), Int(CR_SERVER_LOST), 1053, 1152, 1158...1161, 1184, 1927, 2027, 2055:
            self = .connectionLost
        case 1040, 1203, 1226, 2001...2005: self = .unavailable(message)
        default: self = .statement(code: code, message: message)
        }
    }
}

/// The text between the last `start` and the next `end`: an index or constraint name inside a server message.
private func quotedTail(of message: String, after start: String, until end: Character) -> String {
    let bytes = Array(message.utf8)
    let needle = Array(start.utf8)
    guard bytes.count >= needle.count else { return "" }
    for offset in stride(from: bytes.count - needle.count, through: 0, by: -1)
    where bytes[offset..<offset + needle.count].elementsEqual(needle) {
        let tail = String(decoding: bytes[(offset + needle.count)...], as: UTF8.self)
        return String(tail.prefix { $0 != end })
    }
    return ""
}
