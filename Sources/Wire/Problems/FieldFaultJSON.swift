package import Domain

extension FieldFault {
    /// As it stands in `errors`. Besides RFC 6901 pointers into the body the door writes `?name` for a query
    /// parameter and `header: Name` for a header.
    package var json: JSONValue { ["pointer": .string(pointer), "message": .string(message)] }
}
