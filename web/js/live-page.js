import { follow, on } from "./events.js";
import { framed, spaced } from "./frame.js";
import { setPageKeys } from "./keys.js";
import { failure, skeleton } from "./parts.js";
import { comeBack } from "./places.js";
import { render } from "./render.js";
import { lastPlace } from "./router.js";

const AT_REST_MS = 5000;

/**
 * What every page that follows a project shares: it loads, follows from there, draws at most once a frame, keeps the
 * clock, holds still while somebody points at it, says what went wrong, and never draws after it was stopped.
 *
 * A page answers `load(signal)` with the feed position it is true for, and `content()` with what to draw; the rest of
 * the section "for the page" below it overrides as it needs.
 */
export class LivePage {
  /** "loading" until there is something to show, "ready", or "error" when `problem` stands in its place. */
  state = "loading";
  /** Why the last load failed; beside state "ready" it means that what is shown may be old. */
  problem = null;
  /** Somebody points at what must not move. */
  isHeld = false;
  isStopped = false;
  #stops = []; #abort = null; #rest = 0; #place = null;
  #frame = framed(() => this.drawNow());

  constructor(shell, { project }) {
    this.shell = shell;
    this.project = project;
  }

  // For the page

  /** Fetches what is shown and keeps it; answers the position to follow from, or null when there is nothing to follow. */
  async load(_signal) { return null; }

  content() { return null; }

  /** Takes one event of the project. */
  take(_type, _data) {}

  keys() { return []; }

  /** Whether time alone changes what is shown. */
  isMoving() { return false; }

  /** The server is reached again, and what is shown is true. */
  back() {}

  /** The pointer has been away for 5 s: order may follow. */
  settle() {}

  // Of the page

  start() {
    this.#place = lastPlace();
    setPageKeys(this.keys().filter(Boolean));
    const clock = setInterval(() => { if (this.isMoving()) this.redraw(); }, 1000);
    this.#stops.push(
      // An agent that all projects share comes and goes without naming one.
      on("event", ({ type, data }) => { if ((data.project ?? this.project) === this.project) this.take(type, data); }),
      on("reset", () => this.reload()),
      on("state", ({ state }) => {
        if (state !== "live") return;
        if (this.problem) this.reload();
        else this.back();
      }),
      () => clearInterval(clock));
    this.reload();
  }

  update(_params, _url) {}

  stop() {
    this.isStopped = true;
    this.#abort?.abort();
    clearTimeout(this.#rest);
    for (const stop of this.#stops) stop();
  }

  /** The signal of what belongs to the present load; it ends with the page. */
  get signal() { return this.#abort.signal; }

  /** Loads everything anew and follows from there; a later call overtakes one that still runs. */
  async reload() {
    this.#abort?.abort();
    const { signal } = (this.#abort = new AbortController());
    this.redraw();
    try {
      const feed = await this.load(signal);
      if (signal.aborted) return;
      this.state = "ready";
      this.problem = null;
      if (feed !== null) follow(this.project, feed);
      this.#comeBack();
    } catch (problem) {
      if (signal.aborted) return;
      this.problem = problem;
      // What is only out of date stays; what was asked for wrongly is not the answer.
      if (problem.status >= 400 && problem.status < 500) this.state = "error";
      if (this.state !== "ready") this.state = "error";
    }
    this.redraw();
  }

  /** `work` at most once per `ms`, and not after the page is gone. */
  spaced(work, ms) {
    const ask = spaced(() => { if (!this.isStopped) work(); }, ms);
    this.#stops.push(ask.cancel);
    return ask;
  }

  redraw() { this.#frame(); }

  drawNow() {
    if (!this.isStopped) render(this.shell.page, this.content());
  }

  /** Says whether the pointer is over what must not move. */
  hold(isOver) {
    clearTimeout(this.#rest);
    if (isOver) { this.isHeld = true; return; }
    this.#rest = setTimeout(() => { this.isHeld = false; this.settle(); }, AT_REST_MS);
  }

  /** Stands in place of the content while there is none; null when there is some. */
  instead(title, rows) {
    if (this.state === "loading") return skeleton(rows);
    return this.state === "error" ? this.#failure(title) : null;
  }

  /** Stands above content that could not be brought up to date; null when it is. */
  stale(title) {
    return this.state === "ready" && this.problem ? this.#failure(title) : null;
  }

  /** Once, when what was left is there again. */
  #comeBack() {
    if (!this.#place) return;
    this.drawNow();
    comeBack(this.shell.page, this.#place);
    this.#place = null;
  }

  #failure(title) { return failure(title, this.problem, () => this.reload()); }
}
