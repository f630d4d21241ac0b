package import Domain

/// One fault in a request: where and what.
package struct FieldError: Hashable, Sendable {
    /// RFC 6901 pointer into the body; `?name` for a query parameter; `header: Name` for a header.
    package let pointer: String
    /// English sentence fragment, e.g. "must be at most 255 characters".
    package let message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    package var json: JSONValue { ["pointer": .string(pointer), "message": .string(message)] }
}
