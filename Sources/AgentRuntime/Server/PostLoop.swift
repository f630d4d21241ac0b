import Synchronization
import Wire

/// Sends what several threads want to send at the same moment as one request, and gives each its own answer.
///
/// While a request is under way the next ones gather: under load many share one, at rest one goes at once.
final class PostLoop<Item: Sendable, Value: Sendable>: Sendable {
    /// Sends the items and answers each in order; one that is refused as a whole is asked for again item by item.
    typealias Send = ([Item]) -> [ServerAnswer<Value>]

    private struct Ticket {
        let item: Item
        let answer: Reply
    }

    private final class Reply: Sendable {
        let bell = Bell()
        let value = Mutex<ServerAnswer<Value>?>(nil)
    }

    private struct State {
        var waiting: [Ticket] = []
        var isClosed = false
    }

    private let limit: Int
    private let state = Mutex(State())
    private let bell = Bell()

    /// - Parameter limit: items of one request.
    init(limit: Int) { self.limit = limit }

    /// Waits until the request that carries `item` is answered. Any thread.
    func post(_ item: Item) -> ServerAnswer<Value> {
        let ticket = Ticket(item: item, answer: Reply())
        let isClosed = state.withLock { state in
            if !state.isClosed { state.waiting.append(ticket) }
            return state.isClosed
        }
        if isClosed { return .unavailable("the agent stops") }
        bell.ring()
        while true {
            ticket.answer.bell.wait(timeoutMs: 60_000)
            if let answer = ticket.answer.value.withLock({ $0 }) { return answer }
        }
    }

    /// Sends until closed; on one thread.
    func run(_ send: Send) {
        while true {
            bell.wait(timeoutMs: 60_000)
            while let batch = next() {
                for (ticket, answer) in zip(batch, answers(to: batch.map(\.item), send)) { reply(to: ticket, answer) }
            }
            if state.withLock({ $0.isClosed }) { return }
        }
    }

    private func answers(to items: [Item], _ send: Send) -> [ServerAnswer<Value>] {
        let answers = send(items)
        if answers.count == items.count { return answers }
        // Refused as a whole: one of them displeases, the others need not suffer.
        return items.map { send([$0]).first ?? .unavailable("the answer is not in the agreed form") }
    }

    private func next() -> [Ticket]? {
        state.withLock { state in
            let batch = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(batch.count)
            return batch.isEmpty ? nil : batch
        }
    }

    private func reply(to ticket: Ticket, _ answer: ServerAnswer<Value>) {
        ticket.answer.value.withLock { $0 = answer }
        ticket.answer.bell.ring()
    }

    /// Nothing more is sent; who waits hears that the agent stops. Any thread.
    func close() {
        let left = state.withLock { state in
            defer { state.waiting = [] }
            state.isClosed = true
            return state.waiting
        }
        for ticket in left { reply(to: ticket, .unavailable("the agent stops")) }
        bell.ring()
    }
}
