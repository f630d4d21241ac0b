/// What is wrong with one member of a document, as a 422 answer lists it.
package struct FieldFault: Hashable, Sendable {
    /// RFC 6901; empty for the document itself.
    package let pointer: String
    package let message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    /// The same fault seen from a document that holds this one at `prefix`.
    package func under(_ prefix: String) -> FieldFault { FieldFault(prefix + pointer, message) }
}
