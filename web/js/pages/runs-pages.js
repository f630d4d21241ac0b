import { GROUPS } from "./runs-query.js";

/** How far each group of the list of runs is loaded. `took(items)` gets each further page, `changed()` runs after it. */
export class RunsPages {
  #cursors = {}; #loading = new Set(); #faults = new Map(); #took; #changed;

  constructor(took, changed) {
    this.#took = took;
    this.#changed = changed;
  }

  /** The first page of every group; answers {items, feed: the position all of them are true for, or null}. */
  async first(query, signal) {
    const groups = Object.keys(GROUPS);
    const pages = await Promise.all(groups.map((group) => query.page(group, null, signal)));
    this.#cursors = Object.fromEntries(groups.map((group, at) => [group, pages[at].nextCursor]));
    this.#loading.clear();
    this.#faults.clear();
    // The oldest of the answers: a run that changed lists between two of them is told of again.
    const feeds = pages.map((page) => page.feed).filter((feed) => feed !== null);
    return { items: pages.flatMap((page) => page.items), feed: feeds.length > 0 ? String(Math.min(...feeds.map(Number))) : null };
  }

  /** Why the next page of a group did not come, until it is asked for again; null when nothing is wrong. */
  fault(group) { return this.#faults.get(group) ?? null; }

  /** What loads the next page of a group; null at its end, and while somebody has to ask for it. */
  next(group, query, signal) {
    if (!this.#cursors[group] || this.#faults.has(group)) return null;
    return () => this.#load(group, query, signal);
  }

  /** What could not be loaded is asked for once more when its place is drawn. */
  again() {
    if (this.#faults.size === 0) return;
    this.#faults.clear();
    this.#changed();
  }

  async #load(group, query, signal) {
    if (signal.aborted || this.#loading.has(group)) return;
    this.#loading.add(group);
    try {
      const page = await query.page(group, this.#cursors[group], signal);
      if (signal.aborted) return;
      this.#cursors[group] = page.nextCursor;
      this.#took(page.items);
    } catch (problem) {
      if (signal.aborted) return;
      this.#faults.set(group, problem);
    }
    this.#loading.delete(group);
    this.#changed();
  }
}
