package import Domain

/// What a JSON value must look like: one description for validation, decoding and OpenAPI.
package struct Shape: Sendable {
    package indirect enum Kind: Sendable {
        case any
        case boolean
        case integer(ClosedRange<Int64>)
        case number(ClosedRange<Double>)
        /// Length counts Unicode scalars, as `VARCHAR` and JSON Schema do.
        case text(length: ClosedRange<Int>, TextPattern?)
        /// What a program printed: any characters, U+0000 too.
        case output(maximum: Int)
        case words([String])
        case time
        case id
        case array(Shape, count: ClosedRange<Int>)
        case map(Shape, keys: TextPattern?, count: ClosedRange<Int>)
        case object(ObjectShape)
        /// The first alternative that accepts the value's JSON type is the one that must hold.
        case alternatives([Shape])
    }

    package let kind: Kind
    package let isNullable: Bool

    package init(_ kind: Kind, isNullable: Bool = false) {
        self.kind = kind
        self.isNullable = isNullable
    }

    /// The same shape, null allowed.
    package var orNull: Shape { Shape(kind, isNullable: true) }
}

/// The members an object may have; unknown ones are faults.
package struct ObjectShape: Sendable {
    package let fields: [Field]
    /// Of each group exactly one member must be present.
    package let exactlyOne: [[String]]
    /// Of each group at most one member may be present.
    package let atMostOne: [[String]]

    package init(_ fields: [Field], exactlyOne: [[String]] = [], atMostOne: [[String]] = []) {
        self.fields = fields
        self.exactlyOne = exactlyOne
        self.atMostOne = atMostOne
    }

    /// The same members, none required: what PATCH takes.
    package var allOptional: ObjectShape {
        ObjectShape(
            fields.map { Field($0.name, $0.shape, isRequired: false, $0.doc) },
            atMostOne: atMostOne + exactlyOne)
    }
}

/// One member of an object.
package struct Field: Sendable {
    package let name: String
    package let shape: Shape
    package let isRequired: Bool
    /// One line for people, printed in OpenAPI.
    package let doc: String

    package init(_ name: String, _ shape: Shape, isRequired: Bool, _ doc: String) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.doc = doc
    }

    package static func required(_ name: String, _ shape: Shape, _ doc: String) -> Field {
        Field(name, shape, isRequired: true, doc)
    }

    package static func optional(_ name: String, _ shape: Shape, _ doc: String) -> Field {
        Field(name, shape, isRequired: false, doc)
    }
}

extension Shape {
    package static var any: Shape { Shape(.any) }
    package static var boolean: Shape { Shape(.boolean) }
    package static var time: Shape { Shape(.time) }
    package static var id: Shape { Shape(.id) }

    package static func text(_ length: ClosedRange<Int>, _ pattern: TextPattern? = nil) -> Shape {
        Shape(.text(length: length, pattern))
    }

    package static func output(_ maximum: Int) -> Shape { Shape(.output(maximum: maximum)) }

    package static func words(_ words: [String]) -> Shape { Shape(.words(words)) }
    package static func integer(_ range: ClosedRange<Int64>) -> Shape { Shape(.integer(range)) }
    package static func number(_ range: ClosedRange<Double>) -> Shape { Shape(.number(range)) }

    package static func array(_ element: Shape, _ count: ClosedRange<Int>) -> Shape {
        Shape(.array(element, count: count))
    }

    package static func map(_ value: Shape, keys: TextPattern? = nil, _ count: ClosedRange<Int>) -> Shape {
        Shape(.map(value, keys: keys, count: count))
    }

    package static func object(
        _ fields: [Field], exactlyOne: [[String]] = [], atMostOne: [[String]] = []
    ) -> Shape {
        Shape(.object(ObjectShape(fields, exactlyOne: exactlyOne, atMostOne: atMostOne)))
    }

    package static func alternatives(_ shapes: Shape...) -> Shape { Shape(.alternatives(shapes)) }

    /// The PATCH form of an object shape; other shapes stay as they are.
    package var partial: Shape {
        if case .object(let object) = kind { Shape(.object(object.allOptional), isNullable: isNullable) } else { self }
    }
}

/// A request body: its shape is checked first, then `Decodable` reads it.
package protocol RequestBody: Decodable, Sendable {
    static var shape: Shape { get }
}
