/// Numbers the nodes of documents and their pickles, in the order in which Cucumber's own parser does.
package struct IDSequence: Sendable {
    private var following = 0

    package init() {}

    mutating func next() -> Int {
        defer { following += 1 }
        return following
    }
}
