/// Encrypts what must not lie readable in the database; the program fills it in with the master key's seal.
///
/// `context` names the place a value is stored at: a sealed value copied to another row does not open there.
package struct Sealing: Sendable {
    package let seal: @Sendable (_ plain: [UInt8], _ context: String) throws -> [UInt8]
    package let open: @Sendable (_ sealed: [UInt8], _ context: String) throws -> [UInt8]

    package init(
        seal: @escaping @Sendable (_ plain: [UInt8], _ context: String) throws -> [UInt8],
        open: @escaping @Sendable (_ sealed: [UInt8], _ context: String) throws -> [UInt8]
    ) {
        self.seal = seal
        self.open = open
    }
}
