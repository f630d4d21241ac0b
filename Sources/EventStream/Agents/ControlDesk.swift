import Domain
import FastCGI
import Synchronization
import Wire

/// The control streams of connected agents: offers are state in the database, sent once on each connection.
final class ControlDesk: Sendable {
    private struct Connected: Sendable {
        let session: ID<AgentSession>
        var offers: Set<Holding> = []
        var cancels: Set<Holding> = []
        var isDrainSent = false
    }

    private let hub: StreamHub
    private let store: ControlStore
    private let connected = Mutex<[StreamID: Connected]>([:])

    init(hub: StreamHub, store: ControlStore) {
        self.hub = hub
        self.store = store
    }

    var count: Int { connected.withLock { $0.count } }

    /// Adopts a connection; one that the same session had before is ended. Everything is sent to the new one again.
    func connect(_ handle: StreamHandle, _ session: ID<AgentSession>) {
        connected.withLock { connected in
            for (old, existing) in connected where existing.session == session {
                connected[old] = nil
                hub.close(old)
            }
            let id = hub.add(handle) { [weak self] id, _ in self?.forget(id) }
            connected[id] = Connected(session: session)
        }
    }

    /// Sends what holds now and has not been sent. Blocks.
    func runOnce() throws {
        let sessions = connected.withLock { $0.values.map(\.session) }
        guard !sessions.isEmpty else { return }
        let orders = try store.orders(for: sessions)
        connected.withLock { connected in
            for (id, agent) in connected {
                // One that connected during the query gets its turn at the next pass.
                guard sessions.contains(agent.session) else { continue }
                guard let found = orders[agent.session], !found.hasEnded else {
                    connected[id] = nil
                    hub.close(id, final: eventFrame("end", ["reason": "session_ended"]))
                    continue
                }
                connected[id] = tell(id, agent, found)
            }
        }
    }

    private func tell(_ id: StreamID, _ agent: Connected, _ orders: ControlStore.Orders) -> Connected {
        var agent = agent
        var bytes: [UInt8] = []
        for offer in orders.offers
        where agent.offers.insert(Holding(execution: offer.execution, fence: offer.fence)).inserted {
            bytes += eventFrame(
                "offer",
                [
                    "execution": .string(offer.execution.description), "fence": .integer(Int64(offer.fence)),
                    "name": .string(offer.name), "offeredUntil": .string(offer.offeredUntil.description),
                ])
        }
        for cancel in orders.cancels
        where agent.cancels.insert(Holding(execution: cancel.execution, fence: cancel.fence)).inserted {
            bytes += eventFrame(
                "cancel",
                [
                    "execution": .string(cancel.execution.description), "fence": .integer(Int64(cancel.fence)),
                    "reason": cancel.reason.map { .string($0) } ?? .null,
                ])
        }
        if orders.isDraining && !agent.isDrainSent { bytes += eventFrame("drain", [:]) }
        // What no longer holds is forgotten: the sets stay as small as the session's work.
        agent.offers.formIntersection(orders.offers.map { Holding(execution: $0.execution, fence: $0.fence) })
        agent.cancels.formIntersection(orders.cancels.map { Holding(execution: $0.execution, fence: $0.fence) })
        agent.isDrainSent = orders.isDraining
        hub.send(bytes, to: id)
        return agent
    }

    private func forget(_ id: StreamID) { connected.withLock { _ = $0.removeValue(forKey: id) } }
}
