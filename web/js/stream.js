import { refresh } from "./auth.js";
import { EVENT_NAMES } from "./event-names.js";
import { EventReader } from "./sse.js";

/** The server writes something at least every 15 s, if only a comment: longer silence is a dead connection. */
const SILENCE_MS = 20_000;
/** An answer that has not begun by then will not come: a new connection gets through sooner than an old one recovers. */
const ANSWER_MS = 2500;
/**
 * After a loss the browser may hand out connections that died with the line; it keeps six, and each is found out by
 * waiting. A server that is only slow is waited for after them.
 */
const SUSPECTS = 6;
const SUSPECT_ANSWER_MS = 1000;
/** Pause before another try; what the server refuses is not asked for as often as what cannot be reached. */
const PAUSE_MS = [0, 1000, 2000];
const REFUSED_PAUSE_MS = 15_000;
/** A stream that lived this long was a good one: its end begins a new count of failures. */
const SETTLED_MS = 5000;
const KEPT = 2000;

/**
 * The event stream of one project: connects, resumes after its last event, notices when nothing arrives any more, and
 * keeps the newest events so that a tab which opens later can be told what it missed. Runs in the shared worker or in a
 * page. `tell` gets {kind: "event" | "state" | "reset" | "over", …}.
 */
export class ProjectStream {
  #abort = null;
  #timer = 0;
  #fails = 0;
  #kept = [];
  #first;
  #place;
  #triedAt = 0;
  #heardAt = 0;
  #lostAt = null;
  #state = { kind: "state", state: "catching" };

  constructor(project, after, tell) {
    this.project = project;
    this.tell = tell;
    this.#place = String(after || 0);
    this.#first = Number.parseInt(this.#place, 10) || 0;
    this.#connect();
  }

  get isClosed() { return this.#abort === null && this.#timer === 0; }

  get state() { return this.#state; }

  /** The kept events from `after` on, or null when they are no longer all here. */
  since(after) {
    const from = Number.parseInt(after, 10) || 0;
    return from < this.#first ? null : this.#kept.filter((event) => event.position >= from);
  }

  /** Tries now instead of later; `anew` also when the line seems to live, as on another network. */
  hurry(anew = false) {
    if (this.isClosed) return;
    const isWaiting = this.#abort === null;
    const isOld = Date.now() - this.#triedAt > 1000;
    if (isWaiting || (isOld && (anew || this.#state.state === "down"))) this.#connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#abort?.abort();
    this.#abort = null;
  }

  async #connect() {
    this.close();
    const abort = (this.#abort = new AbortController());
    this.#triedAt = this.#heardAt = Date.now();
    if (this.#state.state === "down") this.#say({ state: "down", since: this.#lostAt });
    this.#watch(abort, this.#lostAt !== null && this.#fails <= SUSPECTS ? SUSPECT_ANSWER_MS : ANSWER_MS);
    try {
      const query = new URLSearchParams({ project: this.project, after: this.#place });
      const answer = await fetch(`/api/v1/events?${query}`, { headers: { Accept: "text/event-stream" },
        credentials: "same-origin", cache: "no-store", signal: abort.signal });
      if (abort !== this.#abort) return;
      if (!answer.ok) return this.#refused(answer.status, abort);
      this.#opened(abort);
      await this.#read(answer.body, abort);
    } catch {
      // Why it ended says nothing that can be acted on: the place is known, and so is when to try again.
    }
    if (abort === this.#abort) this.#lost();
  }

  #opened(abort) {
    this.#heardAt = Date.now();
    this.#lostAt = null;
    this.#watch(abort, SILENCE_MS);
    this.#say({ state: "live" });
  }

  async #read(body, abort) {
    const bytes = body.getReader();
    const decoder = new TextDecoder();
    const reader = new EventReader(this.#place);
    for (;;) {
      const { done, value } = await bytes.read();
      if (done || abort !== this.#abort) return;
      this.#heardAt = Date.now();
      for (const event of reader.take(decoder.decode(value, { stream: true }))) {
        this.#took(event);
        if (abort !== this.#abort) return;
      }
    }
  }

  /** Gives a connection up after `limit` of silence. */
  #watch(abort, limit) {
    clearTimeout(this.#timer);
    const check = () => {
      if (abort !== this.#abort) return;
      if (Date.now() < this.#heardAt + limit) return this.#watch(abort, limit);
      // Nobody else says that a live line has gone quiet; a try that is not answered is only a failed try.
      if (this.#lostAt === null && this.#state.state === "live") {
        this.#fails = 0;
        this.#lostAt = this.#heardAt;
        this.#say({ state: "down", since: this.#lostAt });
      }
      this.#lost();
    };
    this.#timer = setTimeout(check, this.#heardAt + limit - Date.now());
  }

  #took({ type, data: text, id }) {
    if (type === "reset") return this.#reset();
    if (!EVENT_NAMES.includes(type)) return;
    let data;
    try { data = JSON.parse(text); } catch { return; }
    this.#place = id;
    const event = { kind: "event", type, position: Number.parseInt(id, 10) || 0, data };
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

  async #refused(status, abort) {
    if (status === 401) {
      const renewed = await refresh();
      if (abort !== this.#abort) return;
      if (renewed === "over") { this.close(); return this.tell({ kind: "over" }); }
      if (renewed === "renewed" && this.#fails === 0) { this.#fails += 1; return this.#connect(); }
    }
    this.#lost(status < 500 ? REFUSED_PAUSE_MS : null);
  }

  /** A line that ends is picked up at once; people hear of it only when that fails. */
  #lost(pause = null) {
    const now = Date.now();
    const wasLive = this.#state.state === "live";
    if (wasLive && now - this.#triedAt > SETTLED_MS) this.#fails = 0;
    // What is on screen is as old as the last byte that came, however late its absence was noticed.
    this.#lostAt ??= wasLive ? this.#heardAt : now;
    const wait = pause ?? PAUSE_MS[Math.min(this.#fails, PAUSE_MS.length - 1)];
    this.#fails += 1;
    this.close();
    if (wait === 0) return this.#connect();
    // A try that was not answered has waited long enough.
    const took = now - this.#triedAt;
    const left = pause ?? (took >= SUSPECT_ANSWER_MS ? 0 : wait - took);
    this.#say({ state: "down", since: this.#lostAt, again: now + left });
    this.#timer = setTimeout(() => this.#connect(), left);
  }

  #say(state) {
    this.#state = { kind: "state", ...state };
    this.tell(this.#state);
  }
}
