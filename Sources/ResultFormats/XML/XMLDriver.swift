internal import CExpat

/// What a format does with the elements of its file. Text is collected by the driver when the format asks for it.
protocol XMLHandler: AnyObject {
    func start(_ name: XMLName, _ attributes: XMLAttributes, _ driver: XMLDriver)
    func end(_ name: XMLName, _ driver: XMLDriver)
    /// The file is complete.
    func finish(_ driver: XMLDriver)
}

/// Expat, streaming: elements go to the handler, what it reads goes to the sink after each piece.
///
/// Refuses a document type with a subset of its own and every entity that is not one of XML's five; limits depth, and what a
/// single tag may hold. A bare `<!DOCTYPE …>` is harmless and common.
final class XMLDriver: ResultReader {
    static let depthLimit = 256
    /// Expat keeps a tag whole, attributes and all, until it ends.
    static let tagLimitBytes = 4 << 20
    private static let pieceBytes = 64 * 1024

    /// What was read in the piece at hand.
    @exclusivity(unchecked) var items: [ReadItem] = []
    /// How many elements are open, the one at hand included.
    @exclusivity(unchecked) private(set) var depth = 0
    @exclusivity(unchecked) private(set) var text = CappedText()
    @exclusivity(unchecked) private var isCollecting = false
    private let handler: any XMLHandler
    private let parser: XML_Parser?
    private var isBegun = false
    private var fedBytes: Int64 = 0
    private var refusal: Refusal?

    init(_ handler: any XMLHandler) {
        self.handler = handler
        parser = XML_ParserCreate(nil)
        connect()
    }

    deinit {
        if let parser { XML_ParserFree(parser) }
    }

    /// Collects the text from here on, until it is taken.
    func collect() {
        isCollecting = true
        text.clear()
    }

    func takeText() -> String {
        isCollecting = false
        return text.take()
    }

    func read(_ bytes: UnsafeRawBufferPointer, to sink: (ReadItem) throws -> Void) throws {
        if !isBegun { begin(bytes) }
        var start = 0
        while start < bytes.count {
            let piece = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.pieceBytes, bytes.count)])
            start += piece.count
            fedBytes += Int64(piece.count)
            try parse(piece, isLast: false, sink)
            if refusal == nil, fedBytes - Int64(XML_GetCurrentByteIndex(parser)) > Int64(Self.tagLimitBytes) {
                throw position(of: Refusal(code: "tag_too_long", message: "one tag holds more than 4 MiB"))
            }
        }
    }

    func finish(to sink: (ReadItem) throws -> Void) throws {
        try parse(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true, sink)
        handler.finish(self)
        try drain(sink)
    }

    /// Ends reading from within the handler.
    func refuse(_ code: String, _ message: String) {
        guard refusal == nil else { return }
        refusal = position(of: Refusal(code: code, message: message))
        XML_StopParser(parser, XML_Bool(XML_FALSE))
    }

    fileprivate func started(_ name: UnsafePointer<CChar>, _ attributes: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        depth += 1
        guard depth <= Self.depthLimit else { return refuse("too_deep", "more than \(Self.depthLimit) elements deep") }
        handler.start(XMLName(name), XMLAttributes(attributes), self)
    }

    fileprivate func ended(_ name: UnsafePointer<CChar>) {
        handler.end(XMLName(name), self)
        depth -= 1
    }

    fileprivate func found(_ characters: UnsafeRawBufferPointer) {
        if isCollecting { text.append(characters) }
    }

    private func parse(_ piece: UnsafeRawBufferPointer, isLast: Bool, _ sink: (ReadItem) throws -> Void) throws {
        let status = XML_Parse(
            parser, piece.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(piece.count), isLast ? 1 : 0)
        try drain(sink)
        if let refusal { throw refusal }
        guard status != XML_STATUS_OK else { return }
        let words = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unreadable"
        throw position(of: Refusal(code: "damaged_file", message: "the XML is damaged: \(words)"))
    }

    private func drain(_ sink: (ReadItem) throws -> Void) throws {
        // Taken from the end, in turned order: that moves each one where a loop would copy all that is in it.
        items.reverse()
        while let item = items.popLast() { try sink(item) }
    }

    private func position(of refusal: Refusal) -> Refusal {
        var placed = refusal
        placed.line = Int(XML_GetCurrentLineNumber(parser))
        placed.column = Int(XML_GetCurrentColumnNumber(parser)) + 1
        placed.byteOffset = Int64(XML_GetCurrentByteIndex(parser))
        placed.excerpt = excerpt()
        return placed
    }

    /// What expat still has of the bytes around the place.
    private func excerpt() -> String {
        var offset: Int32 = 0
        var size: Int32 = 0
        guard let context = XML_GetInputContext(parser, &offset, &size), size > 0 else { return "" }
        let bytes = UnsafeRawBufferPointer(start: context, count: Int(size))
        let from = min(max(0, Int(offset) - 1024), bytes.count)
        return String(decoding: bytes[from..<min(bytes.count, from + 4000)], as: UTF8.self)
    }

    /// The bytes are 8-bit ones by now, so a declaration of UTF-16 or UTF-32 is not true (.NET writes such).
    private func begin(_ bytes: UnsafeRawBufferPointer) {
        isBegun = true
        guard let parser, let name = XMLDeclaration.encoding(bytes) else { return }
        if name.hasPrefix("utf-16") || name.hasPrefix("utf-32") || name.hasPrefix("utf16") || name.hasPrefix("ucs-")
            || name.hasPrefix("iso-10646") || name == "unicode" || name == "utf8"
        {
            XML_SetEncoding(parser, "UTF-8")
        }
    }

    private func connect() {
        guard let parser else { return }
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { driver, name, attributes in
                guard let name else { return }
                XMLDriver.at(driver)?.started(name, attributes)
            },
            { driver, name in
                guard let name else { return }
                XMLDriver.at(driver)?.ended(name)
            })
        XML_SetCharacterDataHandler(parser) { driver, text, count in
            XMLDriver.at(driver)?.found(UnsafeRawBufferPointer(start: text, count: Int(count)))
        }
        XML_SetStartDoctypeDeclHandler(parser) { driver, _, _, _, hasSubset in
            if hasSubset != 0 {
                XMLDriver.at(driver)?.refuse("dtd_refused", "a document type with declarations is refused")
            }
        }
        XML_SetSkippedEntityHandler(parser) { driver, name, _ in
            let name = name.map { String(cString: $0) } ?? ""
            XMLDriver.at(driver)?.refuse("entity_refused", "the entity &\(name); is refused")
        }
        XML_SetUnknownEncodingHandler(parser, { _, name, info in XMLDeclaration.fill(info, for: name) }, nil)
    }

    private static func at(_ pointer: UnsafeMutableRawPointer?) -> XMLDriver? {
        pointer.map { Unmanaged<XMLDriver>.fromOpaque($0).takeUnretainedValue() }
    }
}
