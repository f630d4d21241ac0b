import { get, path } from "../api.js";

/** The groups of the page and the statuses they hold; each is a list of its own, so that none pushes another out. */
export const GROUPS = {
  running: ["running", "retrying"], waiting: ["pending"], finished: ["passed", "failed", "timeout", "cancelled", "aborted"],
};
const PAGE = 50;
const MOST_TICKS = 500;
const SLOWEST_MS = 10_000;
const AT_ONCE = 20;

/** Asks for the runs of a project that a filter lets through. */
export class RunsQuery {
  #project; #filter;

  constructor(project, filter) {
    this.#project = project;
    this.#filter = filter;
  }

  /** Whether runs of a status can be in the list at all. */
  admits(status) { return !this.#filter.status || this.#filter.status.split(",").includes(status); }

  /** One page of a group: {items, nextCursor, feed}; without asking when the filter leaves it no status. */
  async page(group, cursor, signal) {
    const statuses = GROUPS[group].filter((status) => this.admits(status));
    if (statuses.length === 0) return { items: [], nextCursor: null, feed: null };
    return this.#get({ status: statuses, limit: PAGE, cursor }, signal);
  }

  /** The newest runs of all groups, down to the run `oldest` (ids follow time) or to the end. */
  async newest(oldest, signal) {
    const items = [];
    let cursor = null;
    do {
      const page = await this.#get({ limit: PAGE, cursor }, signal);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor && oldest && items.at(-1).id > oldest);
    return items;
  }

  /** One run again, whatever the filter. */
  numbered(number, signal) { return this.#get({ number, limit: 1 }, signal, {}); }

  /** The cases of a suite run that ticks are drawn of, in its order. */
  async cases(id, signal) {
    const found = [];
    let cursor = null;
    do {
      const { data } = await get(path`/executions/${id}/children`, { sort: "position", limit: 200, cursor }, signal);
      found.push(...data.items);
      cursor = data.nextCursor;
    } while (cursor && found.length < MOST_TICKS);
    return found;
  }

  async #get(more, signal, filter = this.#filter) {
    const { data, feed } = await get("/executions",
      { project: this.#project, ...filter, include: "history,children", ...more }, signal);
    return { items: data.items, nextCursor: data.nextCursor, feed };
  }
}

/** Why the waiting runs on screen wait: asked for when a row is drawn, again only after something has moved. */
export class Waits {
  #asked = new Map(); #told = new Map(); #wanted = new Map(); #moved = 0; #ask;

  /** `soon(work)` makes a function that does `work` a little later, however often it is called. */
  constructor(soon, changed) {
    this.#ask = soon(() => this.#pass().then(changed));
  }

  /** Something happened that may change why things wait. */
  moved() { this.#moved = Date.now(); }

  want(run) {
    run.waitSentence ??= this.#told.get(run.id);
    const asked = this.#asked.get(run.id);
    if (asked !== undefined && (asked >= this.#moved || Date.now() - asked < SLOWEST_MS)) return;
    this.#wanted.set(run.id, run);
    this.#ask();
  }

  async #pass() {
    const runs = [...this.#wanted.values()].slice(0, AT_ONCE);
    for (const { id } of runs) {
      this.#wanted.delete(id);
      this.#asked.set(id, Date.now());
    }
    await Promise.all(runs.map(async (run) => {
      const told = await get(path`/executions/${run.id}/queue`).catch(() => null);
      if (!told) return;
      this.#told.set(run.id, told.data.sentence);
      run.waitSentence = told.data.sentence;
    }));
    if (this.#wanted.size > 0) this.#ask();
  }
}
