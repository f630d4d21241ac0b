import { refresh } from "./auth.js";

/** Every kind of event the pages know; EventSource needs a listener for each name. */
const KINDS = [
  "execution.queued", "execution.started", "execution.progress", "execution.steps", "execution.cancelRequested",
  "execution.retrying", "execution.deadLettered", "execution.finished",
  "alert.opened", "alert.acknowledged", "alert.escalated", "alert.resolved", "agent.online", "agent.offline",
];
const LONGEST_WAIT_S = 15;
const KEPT = 2000;

/**
 * The event stream of one project: connects, resumes after its last event, backs off, and keeps the newest events so
 * that a tab which opens later can be told what it missed. Runs in the shared worker or in a page.
 * `tell` gets {kind: "event" | "state" | "reset" | "over", …}.
 */
export class ProjectStream {
  #source = null;
  #timer = 0;
  #fails = 0;
  #kept = [];
  #first;
  #position;
  #state = { kind: "state", state: "catching" };

  constructor(project, after, tell) {
    this.project = project;
    this.tell = tell;
    this.#first = this.#position = Number(after) || 0;
    this.#connect();
  }

  get isClosed() { return this.#source === null && this.#timer === 0; }

  get state() { return this.#state; }

  /** The kept events from `after` on, or null when they are no longer all here. */
  since(after) {
    const from = Number(after) || 0;
    return from < this.#first ? null : this.#kept.filter((event) => event.position >= from);
  }

  /** Connects now instead of waiting for the next try. */
  hurry() {
    if (this.#state.state === "down") this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#source?.close();
    this.#source = null;
  }

  #connect() {
    this.close();
    if (this.#state.state === "down") this.#say({ state: "catching" });
    const query = new URLSearchParams({ project: this.project, after: String(this.#position) });
    const source = (this.#source = new EventSource(`/api/v1/events?${query}`));
    source.onopen = () => { this.#fails = 0; this.#say({ state: "live" }); };
    source.onerror = () => this.#lost(source.readyState === EventSource.CLOSED);
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.#took(kind, event));
    source.addEventListener("reset", () => this.#reset());
  }

  #took(type, message) {
    let data;
    try { data = JSON.parse(message.data); } catch { return; }
    const position = Number.parseInt(message.lastEventId, 10) || this.#position;
    this.#position = Math.max(this.#position, position);
    const event = { kind: "event", type, position, data };
    this.#kept.push(event);
    if (this.#kept.length > KEPT) {
      this.#kept.splice(0, KEPT / 4);
      this.#first = this.#kept[0].position + 1;
    }
    this.tell(event);
  }

  /** Our place is out of the range the server keeps: pages load anew and follow from there. */
  #reset() {
    this.close();
    this.tell({ kind: "reset" });
  }

  /** The browser's own retry says nothing about when; this one can be shown and hurried. */
  async #lost(refused) {
    const since = this.#state.state === "down" ? this.#state.since : Date.now();
    this.close();
    if (refused && this.#fails === 0) {
      this.#fails += 1;
      const renewed = await refresh();
      if (renewed === "over") return this.tell({ kind: "over" });
      if (renewed === "renewed") return this.#connect();
    }
    const wait = Math.min(LONGEST_WAIT_S, 2 ** this.#fails);
    this.#fails += 1;
    this.#say({ state: "down", since, again: Date.now() + wait * 1000 });
    this.#timer = setTimeout(() => this.#connect(), wait * 1000);
  }

  #say(state) {
    this.#state = { kind: "state", ...state };
    this.tell(this.#state);
  }
}
