import { COUNTED } from "./words.js";

/**
 * Statuses of the cases of a suite in its order, kept true by the events of the cases. Events carry no position: cases
 * are queued in the order of the suite, so those seen being queued are known; another takes the first free place whose
 * status it leaves, which is right for all but cases that run side by side, and then `isGuess` is set until `place`
 * tells which case stands where.
 */
export class Ticks {
  isGuess = false;
  #statuses; #next; #total = Infinity; #places = new Map(); #taken = new Set();
  /** The newest status that events told of, by case. */
  #told = new Map();

  /** `listed` are the statuses the server told of, `counts` those of the whole suite: beyond the list only they are known. */
  constructor(listed = [], counts = null) {
    this.#statuses = [...listed];
    this.#next = listed.length;
    if (counts) this.complete(counts);
  }

  /** Adds what the counts tell of cases that are neither listed nor heard of. */
  complete(counts) {
    const rest = { ...counts };
    for (const status of this.#statuses) rest[status] -= 1;
    const missing = (counts.total ?? 0) - this.#statuses.length;
    const more = COUNTED.flatMap((status) => Array(rest[status] > 0 ? rest[status] : 0).fill(status));
    this.#statuses.push(...more.slice(0, Math.max(0, missing)));
    this.#total = counts.total ?? 0;
  }

  get all() { return this.#statuses; }

  /** Takes one event of a case; answers whether a tick changed. */
  apply(type, data) {
    if (type === "execution.queued") {
      // Beyond the end it is one of those that the list has told of already.
      if (data.from === null && this.#next < this.#total) this.#keep(data.execution, this.#next++);
      return false;
    }
    const moves = type === "execution.started" || type === "execution.retrying" || type === "execution.finished";
    if (!moves || (type === "execution.finished" && data.final === false)) return false;
    // The failure before a retry is not an outcome: the tick still runs.
    const from = type === "execution.retrying" ? "running" : data.from;
    this.#told.set(data.execution, data.to);
    const at = this.#places.get(data.execution) ?? this.#guess(data.execution, from);
    if (at < 0 || this.#statuses[at] === data.to) return false;
    this.#statuses[at] = data.to;
    return true;
  }

  /** Takes the cases {id, status} in the order of the suite, from its first on. */
  place(cases) {
    for (const [at, { id, status }] of cases.entries()) {
      this.#keep(id, at);
      this.#statuses[at] = this.#told.get(id) ?? status;
    }
    this.#next = Math.max(this.#next, cases.length);
    this.isGuess = false;
  }

  #guess(id, from) {
    this.isGuess = true;
    const at = this.#statuses.findIndex((status, place) => status === from && !this.#taken.has(place));
    if (at >= 0) this.#keep(id, at);
    return at;
  }

  #keep(id, at) {
    this.#places.set(id, at);
    this.#taken.add(at);
    while (this.#statuses.length <= at) this.#statuses.push("pending");
  }
}
