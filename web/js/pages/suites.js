import { get } from "../api.js";
import { LivePage } from "../live-page.js";
import { h } from "../render.js";
import { button, empty, status, time } from "../parts.js";
import { count, duration } from "../format.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { many } from "../words.js";
import { openStart } from "../start-run.js";
import { newAddress } from "./definition.js";

const PAGE = 100;

/** The suites of a project with their last runs, and a button to run each. */
export default class SuitesPage extends LivePage {
  #suites = []; #byRun = new Map(); #text = ""; #selected = -1;
  /** So many are wanted on screen; `#next` is where those behind them begin. */
  #wanted = PAGE; #next = null; #isMore = false;
  #again = this.spaced(() => this.reload(), 5000);

  constructor(shell, params, url) {
    super(shell, params);
    this.#text = url.searchParams.get("q") ?? "";
  }

  start() {
    this.shell.title("Suites");
    this.shell.top({ title: "Suites",
      actions: [
        may(this.project, "editCatalog") && h("a", { class: "btn wide", href: newAddress(to`/p/${this.project}/suites`) }, "New suite"),
        may(this.project, "startExecution")
          && button("Start run", () => openStart(this.project), { kind: "primary startrun", icon: "i-play" })] });
    super.start();
  }

  async load(signal) {
    const suites = [];
    let from = null; let cursor = null;
    do {
      const { data, feed } = await this.#page(cursor, signal);
      from ??= feed;
      suites.push(...data.items);
      cursor = data.nextCursor;
    } while (cursor && suites.length < this.#wanted);
    this.#next = cursor;
    this.#take(suites);
    return from;
  }

  #page(cursor, signal) {
    return get("/test-suites", { project: this.project, include: "history", q: this.#text || null, limit: PAGE, cursor }, signal);
  }

  #take(suites) {
    this.#suites = suites;
    this.#byRun = new Map(suites.filter((one) => one.lastRun).map((one) => [one.lastRun.id, one]));
  }

  async #more() {
    const { signal } = this;
    this.#isMore = true;
    this.#wanted += PAGE;
    this.redraw();
    try {
      const { data } = await this.#page(this.#next, signal);
      this.#next = data.nextCursor;
      this.#take([...this.#suites, ...data.items]);
    } catch (problem) {
      // A reload in between fetches what is wanted by itself.
      if (!signal.aborted) this.problem = problem;
    }
    this.#isMore = false;
    this.redraw();
  }

  #typed(text) {
    this.#text = text;
    this.#selected = -1;
    this.#wanted = PAGE;
    go(withQuery({ q: text }), { replace: true });
    this.reload();
  }

  /** The last run of a suite is restamped in place; only a new run needs the list again. */
  take(type, data) {
    if (data.execution !== data.root || !data.to || data.final === false) return;
    const suite = this.#byRun.get(data.execution);
    if (suite) {
      suite.lastRun.status = data.to;
      if (suite.history?.length > 0) suite.history[suite.history.length - 1] = data.to;
      this.redraw();
    }
    else if (type === "execution.queued" && data.kind !== "case") this.#again();
  }

  keys() {
    return [
      { keys: "j or ArrowDown", says: "next suite", run: () => this.#step(1) },
      { keys: "k or ArrowUp", says: "previous suite", run: () => this.#step(-1) },
      { keys: "/", says: "filter", run: () => this.shell.page.querySelector("as-filter")?.focusText() },
      may(this.project, "startExecution") && { keys: "r", says: "run the suite",
        run: () => {
          const suite = this.#suites[this.#selected];
          if (!suite) return false;
          openStart(this.project, suite.key);
        } },
    ];
  }

  #step(by) {
    const last = this.#suites.length - 1;
    this.#selected = Math.min(last, Math.max(0, this.#selected + by));
    this.drawNow();
    const row = this.shell.page.querySelectorAll("tr[data-row]")[this.#selected];
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector("a")?.focus({ preventScroll: true });
  }

  content() {
    return [
      h("as-filter", { ".model": { label: "Filter suites", text: this.#text, placeholder: "Name or key", chips: [],
        typed: (text) => this.#typed(text) } }),
      this.stale("The suites may be out of date"),
      this.instead("The suites could not be loaded", 5) ?? this.#table(),
    ];
  }

  #table() {
    if (this.#suites.length === 0 && !this.#text) return h("div", { class: "panel" },
      empty("No suites yet", ["Put some in with ", h("span", { class: "mono" }, "assay apply catalog.yaml"), "."]));
    if (this.#suites.length === 0) return h("div", { class: "panel" }, empty("No suite matches", null,
        button("Clear filter", () => this.shell.page.querySelector("as-filter").clearLast())));
    return h("div", { class: "panel spaced", key: "suites" }, h("table", { class: "suites" },
      h("caption", { class: "sr" }, "Suites"),
      h("thead", null, h("tr", null, h("th", { scope: "col" }, "Suite"),
          h("th", { scope: "col", class: "wide w-cases" }, "Cases"),
        h("th", { scope: "col", class: "w-hist" }, "Last 12 runs"),
        h("th", { scope: "col", class: "right wide w-time" }, "Median"),
        h("th", { scope: "col", class: "wide w-last" }, "Last run"),
        h("th", { scope: "col", class: "w-act" }, h("span", { class: "sr" }, "Run")))),
      h("tbody", null, this.#suites.map((suite, at) => this.#row(suite, at)))),
    this.#next && h("footer", null, button(this.#isMore ? "Loading" : "Show more", () => this.#more(), { kind: "small", disabled: this.#isMore }),
      h("span", null, `${count(this.#suites.length)} shown`)));
  }

  #row(suite, at) {
    const runs = `${to`/p/${this.project}/runs`}?suite=${encodeURIComponent(suite.key)}`;
    const past = suite.history ?? [];
    return h("tr",
      { key: suite.id, "data-row": true, "data-suite": suite.key,
        "aria-current": at === this.#selected ? "true" : null },
      h("th", { scope: "row" }, h("a", { href: to`/p/${this.project}/suites/${suite.key}` }, suite.name),
        h("span", { class: "small faint" }, suite.tags ?? (suite.key === suite.name ? suite.description : suite.key))),
      h("td", { class: "num dim wide nowrap" }, many(suite.caseCount ?? 0, "case")),
      h("td", null, past.length > 0
          ? h("a", { href: runs, "aria-label": `Runs of ${suite.name}`, class: "histlink" }, h("as-streak", { class: "hist",
              ".model": { ticks: past, width: 105, height: 14, most: 9,
                label: `Last ${past.length} runs: ${past.filter((one) => one === "passed").length} passed` } }))
          : h("span", { class: "small faint" }, "not run yet")),
      h("td", { class: "right num dim wide" }, duration(suite.medianMs)),
      h("td", { class: "wide" }, suite.lastRun
          && h("a", { class: "line nowrap", href: to`/p/${this.project}/runs/${suite.lastRun.number}` },
            status(suite.lastRun.status), h("span", { class: "num" }, `#${suite.lastRun.number}`),
            h("span", { class: "small faint" }, time(suite.lastRun.startedAt)))),
      h("td", { class: "right" }, may(this.project, "startExecution")
          && button("Run", () => openStart(this.project, suite.key),
            { kind: "small", icon: "i-play", "aria-label": `Run ${suite.name}` })));
  }
}
