/** Side-bar counts of a project, loaded once and then moved by the events of its runs. */
export class Counts {
  #seen;

  /** `known` is {running, queued, alertsOpen}, true at feed position `feed`. */
  constructor(known, feed) {
    this.known = { ...known };
    this.#seen = [Number(feed) || 0, Infinity];
  }

  /** Takes an event; answers whether a count changed. An event that comes twice counts once. */
  apply({ type, position, data }) {
    const [seenPosition, seenSeq] = this.#seen;
    if (position < seenPosition || (position === seenPosition && data.seq <= seenSeq)) return false;
    this.#seen = [position, data.seq];
    // A retry stays with the runs that go, and so does the failure before it, which is not the end.
    const ends = data.final !== false && type !== "execution.retrying";
    if (!ends || data.execution !== data.root || !type.startsWith("execution.")) return false;
    const [from, to] = [group(data.from), group(data.to)];
    if (from === to) return false;
    if (from) this.known[from] = Math.max(0, this.known[from] - 1);
    if (to) this.known[to] += 1;
    return true;
  }
}

const group = (status) => ({ pending: "queued", running: "running", retrying: "running" })[status] ?? null;
