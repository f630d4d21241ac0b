/// One fault in what a caller asked for: where and what.
package struct FieldFault: Error, Hashable, Sendable {
    /// RFC 6901 pointer into the request body.
    package let pointer: String
    /// English sentence fragment, e.g. "must be between 0 and 1".
    package let message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }
}
