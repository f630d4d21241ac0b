import { get, path } from "../api.js";
import { to, withQuery } from "../router.js";
import { Store } from "../store.js";
import { hasCases, isBad, isFinal, isGoing } from "../words.js";
import { setsOf } from "./run-cases.js";

const PAGE = 200;

/** One run and its cases, kept true by events, with the case that is on screen. */
export class RunModel {
  root = null; cases = []; sets = []; selected = null; isLoadingCases = false;
  #seated = []; #store = new Store(); #project; #number; #times = new Map(); #tail = { cursor: null, before: 0 };

  constructor(project, number) {
    this.#project = project;
    this.#number = number;
  }

  get isSuite() { return Boolean(this.root && hasCases(this.root)); }

  /** The case on screen: of a single case the run itself. */
  get shown() { return this.#store.get(this.selected) ?? null; }

  get(id) { return this.#store.get(id); }

  /** Loads the run; answers the feed position, or null when there is no such run. */
  async load(signal) {
    const query = { project: this.#project, number: this.#number, include: "history", limit: 1 };
    const { data, feed } = await get("/executions", query, signal);
    if (data.items.length === 0) return null;
    this.root = this.#store.put(data.items[0]);
    return feed ?? "0";
  }

  /**
   * Loads the cases, page by page; `each` runs after every page. What is known stays on screen meanwhile. `more` goes on
   * behind the last full page: cases only come at the end.
   */
  async loadCases(signal, each, { more = false } = {}) {
    let { cursor, before } = more ? this.#tail : { cursor: null, before: 0 };
    const found = this.cases.slice(0, before);
    this.isLoadingCases = true;
    try {
      do {
        this.#tail = { cursor, before: found.length };
        const query = { sort: "position", limit: PAGE, cursor };
        const { data } = await get(path`/executions/${this.root.id}/children`, query, signal);
        for (const item of data.items) found.push(this.#store.put(item));
        cursor = data.nextCursor;
        if (found.length < this.cases.length) continue;
        this.cases = [...found];
        this.#countKeys();
        each();
      } while (cursor);
    } finally {
      this.isLoadingCases = false;
    }
  }

  /** Applies an event; answers the execution it changed, "unknown" for one not seen yet, or null. */
  apply(type, data) {
    const changed = this.#store.apply(type, data);
    return changed ?? (this.#store.get(data.execution) ? null : "unknown");
  }

  /** Puts the cases in order of urgency; `held` keeps the order there is unless a case is missing from it. */
  arrange(held) {
    const known = new Set(this.sets.flatMap((set) => set.ids));
    if (held && this.cases.every((one) => known.has(one.id))) return;
    this.sets = setsOf(this.cases, this.#seats());
  }

  /**
   * Cases that run, each in the place it came to. One that passed keeps its place until another needs it or the run has
   * ended: while cases come and go by the second nothing moves.
   */
  #seats() {
    if (isFinal(this.root.status)) return (this.#seated = []);
    const isGone = (id) => !["running", "retrying", "passed"].includes(this.get(id)?.status);
    const seats = this.#seated.filter((id) => !isGone(id));
    for (const { id } of this.cases.filter((one) => isGoing(one.status) && !seats.includes(one.id))) {
      const free = seats.findIndex((other) => this.get(other).status === "passed");
      if (free >= 0) seats[free] = id;
      else seats.push(id);
    }
    return (this.#seated = seats);
  }

  /** Cases in the order of the list. */
  order() { return this.sets.flatMap((set) => set.ids).map((id) => this.#store.get(id)); }

  /**
   * Chooses the case of the address, else a failure, else keeps the one on screen, else what runs, else the first.
   * `isRead`: somebody reads the one on screen, which then stays.
   */
  choose(key, isRead = false) {
    const one = this.#choice(key, isRead);
    this.selected = one?.id ?? null;
  }

  #choice(key, isRead) {
    if (!this.isSuite) return this.root;
    if (key) return this.#find(key);
    const { shown } = this;
    if (shown && (isRead || isBad(shown.status))) return shown;
    return this.cases.find((one) => isBad(one.status)) ?? shown ?? this.cases.find((one) => isGoing(one.status))
      ?? this.cases[0];
  }

  /** A key may stand for several cases of a run (rows of an item): then the position is said too. */
  #find(text) {
    const [, key, position] = /^(.*?)(?:@(\d+))?$/.exec(text);
    const fits = (one) => one.definition?.key === key && (position === undefined || one.position === Number(position));
    return this.cases.find(fits) ?? null;
  }

  #countKeys() {
    this.#times.clear();
    for (const { definition } of this.cases) {
      this.#times.set(definition?.key, (this.#times.get(definition?.key) ?? 0) + 1);
    }
  }

  /** The address of a case, of one of its attempts, or of a step. */
  href(one, { attempt = null, step = null } = {}) {
    const run = to`/p/${this.#project}/runs/${this.#number}`;
    return withQuery({ attempt, step }, this.isSuite ? `${run}/cases/${encodeURIComponent(this.#keyOf(one))}` : run);
  }

  /** The address of the whole output of a step; `part` is {attempt, step, stream, q: what to search}. */
  log(one, part) {
    return withQuery({ case: this.isSuite ? this.#keyOf(one) : null, ...part },
      to`/p/${this.#project}/runs/${this.#number}/log`);
  }

  /** What tells a case from the others of the run. */
  #keyOf(one) {
    const key = one.definition?.key ?? one.name;
    return this.#times.get(key) > 1 ? `${key}@${one.position}` : key;
  }

  /** The nearest earlier (-1) or later (1) run of the same suite or case, or null. */
  async neighbour(by) {
    const { definition, kind, number } = this.root;
    const { data } = await get("/executions", { project: this.#project, [kind]: definition.key, limit: 100 });
    const others = data.items.filter((run) => (run.number - number) * by > 0);
    return others.sort((a, b) => (a.number - b.number) * by)[0] ?? null;
  }
}
