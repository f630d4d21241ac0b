import { dayName } from "../format.js";
import { Ticks } from "../ticks.js";
import { groupOf, isFinal } from "../words.js";

/**
 * Which runs the page shows and in which order. Order changes only in `settle`: between two calls a run stays where it
 * is, however its status changes, and new runs wait.
 */
export class RunsModel {
  #store;
  #shown = new Set();
  #order = { running: [], waiting: [], finished: [] };
  #new = new Set();
  #coming = new Map();

  constructor(store) { this.#store = store; }

  /** Runs that have come since the last settling. */
  get newCount() { return this.#new.size; }

  get isEmpty() { return this.#shown.size === 0; }

  has(id) { return this.#shown.has(id) || this.#new.has(id); }

  /** A run has just been queued: its cases are followed from the first on, before the run itself is known. */
  expect(id) {
    this.#coming.set(id, new Ticks());
  }

  /** Takes an event of a case; answers whether something on screen changed. */
  takeCase(type, data) {
    const ticks = this.#coming.get(data.root) ?? this.#store.get(data.root)?.ticks;
    return Boolean(ticks?.apply(type, data)) && this.has(data.root);
  }

  /** A run that was expected is not in this list. */
  forget(id) { this.#coming.delete(id); }

  /** Starts over with the first pages of the lists. */
  reset(items) {
    this.#store.clear();
    this.#shown.clear();
    this.#new.clear();
    this.#coming.clear();
    this.add(items);
  }

  /** Takes a page that belongs at the end. */
  add(items) {
    for (const item of items) this.#shown.add(this.#put(item).id);
    this.settle();
  }

  /** Takes a fresh look at some runs: known ones are brought up to date, unknown ones wait. */
  merge(items) {
    for (const item of items) {
      this.#put(item);
      if (!this.#shown.has(item.id)) this.#new.add(item.id);
    }
  }

  #put(item) {
    const run = this.#store.put(item);
    const seen = run.ticks ?? this.#coming.get(run.id);
    this.#coming.delete(run.id);
    // Ticks that have followed the events know which case is which; a list only knows how many.
    if (item.children) run.ticks = seen && !isFinal(item.status) ? seen : new Ticks(item.children);
    run.ticks?.complete(run.counts);
    return run;
  }

  /** Whether settling would move anything. */
  get isStale() {
    const misplaced = ([group, ids]) => ids.some((id) => groupOf(this.#store.get(id).status) !== group);
    return this.#new.size > 0 || Object.entries(this.#order).some(misplaced);
  }

  /** Lets new runs in and puts every run into its group, newest first. */
  settle() {
    for (const id of this.#new) this.#shown.add(id);
    this.#new.clear();
    this.#order = { running: [], waiting: [], finished: [] };
    const runs = [...this.#shown].map((id) => this.#store.get(id));
    runs.sort((a, b) => (b.number ?? 0) - (a.number ?? 0));
    for (const run of runs) this.#order[groupOf(run.status)].push(run.id);
  }

  /** Lists to draw: {name, title, runs}; finished runs by day. */
  groups() {
    const of = (ids) => ids.map((id) => this.#store.get(id));
    const lists = [
      { name: "running", title: "Running", runs: of(this.#order.running) },
      { name: "waiting", title: "Waiting", runs: of(this.#order.waiting) },
    ];
    const days = new Map();
    for (const run of of(this.#order.finished)) {
      const day = dayName(run.finishedAt ?? run.createdAt);
      if (!days.has(day)) days.set(day, []);
      days.get(day).push(run);
    }
    for (const [day, runs] of days) lists.push({ name: "finished", title: `Finished ${day}`, runs });
    return lists.filter((list) => list.runs.length > 0);
  }
}
