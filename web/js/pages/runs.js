import { get, path } from "../api.js";
import { follow, on } from "../events.js";
import { framed, spaced } from "../frame.js";
import { setPageKeys } from "../keys.js";
import { h, render } from "../render.js";
import { button, empty, failure, kbd, skeleton } from "../parts.js";
import { go, to, withQuery } from "../router.js";
import { may } from "../session.js";
import { Store } from "../store.js";
import { isFinal, many, word } from "../words.js";
import { askCancel, copyLink, retry } from "../actions.js";
import { openStart } from "../start-run.js";
import { FILTERS, filterModel } from "./runs-filter.js";
import { RunsModel } from "./runs-model.js";
import { about, head, kind, row } from "./runs-row.js";

const AT_REST_MS = 5000;

/** The live list of runs: running, waiting, finished by day. */
export default class RunsPage {
  #shell; #project; #query = {};
  #store = new Store();
  #model = new RunsModel(this.#store);
  #state = "loading"; #problem = null; #cursor = null; #slots = null; #environments = [];
  #selected = null; #hovered = false; #rest = 0; #clock = 0; #abort = null; #stops = []; #noQueue = new Set();
  #frame = framed(() => this.#draw());
  #redraw = spaced(() => this.#frame(), 250);
  #soon = spaced(() => this.#refresh(), 700);
  #later = spaced(() => this.#refresh(), 2000);
  #around = spaced(() => this.#loadAround(), 5000);

  constructor(shell, { project }, url) {
    this.#shell = shell;
    this.#project = project;
    this.#read(url);
  }

  start() {
    const mayStart = may(this.#project, "start");
    this.#shell.title("Runs");
    this.#shell.top({ title: "Runs",
      actions: mayStart
        && button("Start run", () => openStart(this.#project, this.#query.suite),
          { kind: "primary startrun", icon: "i-play" }) });
    this.#stops = [on("event", (event) => this.#take(event)), on("reset", () => this.#load())];
    this.#clock = setInterval(() => { if (this.#store.all().some((run) => !isFinal(run.status))) this.#redraw(); },
      1000);
    setPageKeys(this.#keys(mayStart));
    get("/environments", { project: this.#project }).then(({ data }) => {
        this.#environments = data.items.map((one) => one.name);
        this.#frame();
      }, () => {});
    this.#load();
  }

  update(_, url) {
    if (this.#read(url)) this.#load();
  }

  stop() {
    this.#stops.forEach((stop) => stop());
    this.#abort?.abort();
    clearInterval(this.#clock);
    clearTimeout(this.#rest);
    for (const later of [this.#redraw, this.#soon, this.#later, this.#around]) later.cancel();
  }

  /** The address says what is shown; answers whether that changed. */
  #read(url) {
    const query = Object.fromEntries(FILTERS.map((name) => [name, url.searchParams.get(name) ?? ""]));
    const changed = JSON.stringify(query) !== JSON.stringify(this.#query);
    this.#query = query;
    return changed;
  }

  #ask(more) {
    return { project: this.#project, ...this.#query, include: "history,counts,children", limit: 50, ...more };
  }

  async #load() {
    this.#abort?.abort();
    this.#abort = new AbortController();
    this.#state = this.#model.isEmpty ? "loading" : "reloading";
    this.#frame();
    try {
      const { data, feed } = await get("/executions", this.#ask(), this.#abort.signal);
      this.#model.reset(data.items);
      this.#cursor = data.nextCursor;
      this.#selected = this.#store.get(this.#selected) ? this.#selected : null;
      this.#state = "ready";
      follow(this.#project, feed);
      this.#around();
    } catch (problem) {
      if (problem.name === "AbortError") return;
      this.#state = "error";
      this.#problem = problem;
    }
    this.#frame();
  }

  /** Looks at the head of the list again: new runs, and the cases of those on screen. */
  async #refresh() {
    if (this.#state !== "ready") return;
    const data = await get("/executions", this.#ask(), this.#abort.signal).then((answer) => answer.data, () => null);
    if (!data || this.#state !== "ready") return;
    this.#model.merge(data.items);
    this.#moved();
  }

  async #loadMore() {
    if (!this.#cursor || this.#state !== "ready") return;
    this.#state = "more";
    const data = await get("/executions", this.#ask({ cursor: this.#cursor }), this.#abort.signal)
      .then((answer) => answer.data, () => null);
    if (this.#state !== "more") return;
    this.#state = "ready";
    this.#cursor = data ? data.nextCursor : null;
    if (data) this.#model.add(data.items);
    this.#frame();
  }

  /** Slots, and why the first waiting runs wait. */
  async #loadAround() {
    const queue = await get("/queue", { project: this.#project }).then(({ data }) => data, () => null);
    this.#slots = queue?.slots ?? null;
    const waiting = this.#store.all().filter((run) => run.status === "pending" && !this.#noQueue.has(run.kind)).slice(0,
      10);
    await Promise.all(waiting.map(async (run) => {
      const told = await get(path`/executions/${run.id}/queue`).catch((problem) => problem);
      if (told.status === 404) this.#noQueue.add(run.kind);
      run.waitSentence = told.data?.sentence;
    }));
    this.#redraw();
  }

  #take({ type, data }) {
    if (data.project !== this.#project || !type.startsWith("execution.")) return;
    const root = data.execution === data.root;
    const known = this.#store.apply(type, data);
    const moves = type !== "execution.progress" && type !== "execution.steps";
    if (root && !this.#model.has(data.execution) && type === "execution.queued") this.#soon();
    if (!root && moves && this.#model.has(data.root)) this.#later();
    if (moves) this.#around();
    if (!known) return;
    if (root && type === "execution.finished" && data.final !== false) {
      this.#soon();
      this.#shell.say(`${known.name} ${word(known.status).toLowerCase()}`, { now: known.status !== "passed" });
    }
    this.#moved();
  }

  /** Lets the order follow when nobody points at the list, has chosen a row, or has scrolled away. */
  #moved() {
    const list = this.#shell.page.querySelector(".runlists");
    const calm = !this.#hovered && !this.#selected && scrollY < 40 && !list?.contains(document.activeElement);
    if (calm && this.#model.isStale) this.#model.settle();
    this.#redraw();
  }

  #settle() {
    this.#model.settle();
    if (document.activeElement.closest("li.run")) document.activeElement.blur();
    this.#select(null);
    scrollTo({ top: 0 });
  }

  #hover(over) {
    clearTimeout(this.#rest);
    if (over) { this.#hovered = true; return; }
    this.#rest = setTimeout(() => { this.#hovered = false; this.#moved(); }, AT_REST_MS);
  }

  #order() { return this.#model.groups().flatMap((group) => group.runs); }

  #step(by) {
    const order = this.#order();
    if (order.length === 0) return;
    const at = order.findIndex((run) => run.id === this.#selected);
    this.#select(order[Math.min(order.length - 1, Math.max(0, at < 0 ? 0 : at + by))].id);
  }

  #select(id) {
    this.#selected = id;
    this.#draw();
    if (!id) return;
    for (const list of this.#shell.page.querySelectorAll("as-list")) {
      const found = list.reveal(id);
      if (found) { found.querySelector("a").focus({ preventScroll: true }); return; }
    }
  }

  #chosen(work) {
    const run = this.#store.get(this.#selected);
    if (!run) return false;
    work(run);
  }

  #keys(mayStart) {
    return [
      { keys: "j or ArrowDown", says: "next run", run: () => this.#step(1) },
      { keys: "k or ArrowUp", says: "previous run", run: () => this.#step(-1) },
      { keys: "Enter",
        run: (event) => (event.target === document.body
          ? this.#chosen((run) => go(to`/p/${this.#project}/runs/${run.number}`)) : false) },
      { keys: "/", says: "filter", run: () => this.#filter().focusText() },
      { keys: ".", says: "show new runs, put finished ones in place", run: () => this.#settle() },
      mayStart
        && { keys: "c", says: "cancel the run",
          run: () => this.#chosen((run) => !isFinal(run.status) && askCancel(run, `${run.name} #${run.number}`)) },
      mayStart
        && { keys: "r", says: "retry the run",
          run: () => this.#chosen((run) => isFinal(run.status) && retry(this.#project, run)) },
      { keys: "y", says: "copy link to the run",
        run: () => this.#chosen((run) => copyLink(to`/p/${this.#project}/runs/${run.number}`)) },
      { keys: "Escape", says: "let go of the row, clear the last filter", run: () => this.#back() },
    ].filter(Boolean);
  }

  #back() {
    if (!this.#selected) return Boolean(this.#filter()?.clearLast());
    document.activeElement.blur();
    this.#select(null);
  }

  #filter() { return this.#shell.page.querySelector("as-filter"); }

  #set(changes) { go(withQuery(changes), { replace: true }); }

  #draw() {
    render(this.#shell.page,
      h("as-filter",
        { ".model": filterModel(this.#query, this.#store.all(), this.#environments, this.#faults(),
          (changes) => this.#set(changes)) }),
      h("div", { class: "runlists", key: "lists", onpointerenter: () => this.#hover(true),
          onpointerleave: () => this.#hover(false),
        onfocusout: () => { if (!this.#selected) setTimeout(() => this.#moved()); } }, this.#content()));
  }

  /** Filters that the server refused, with its reasons. */
  #faults() {
    const errors = this.#state === "error" ? this.#problem.errors : [];
    return Object.fromEntries((errors ?? []).map((one) => [one.pointer.replace(/^[?/]/, ""), one.message]));
  }

  #content() {
    if (this.#state === "loading") return skeleton(8);
    const problem = this.#state === "error"
      && h("div", { class: "trouble", key: "trouble" },
        failure("The list could not be loaded", this.#problem, () => this.#load()));
    // A list that is only out of date stays; one that was asked for wrongly is not the answer.
    if (problem && (this.#problem.status >= 400 && this.#problem.status < 500 || this.#model.isEmpty)) return problem;
    const groups = this.#model.groups();
    if (groups.length === 0) return this.#nothing();
    const last = groups.at(-1);
    return [problem, ...groups.map((group, at) => h("section", { key: group.title, "aria-label": group.title },
      h("div", { class: "group" }, h("h2", null, group.title),
        h("span", { class: "num" }, about(group, this.#slots, group === last && this.#cursor !== null)),
        at === 0 && this.#model.newCount > 0
          && h("button", { type: "button", class: "new push", onclick: () => this.#settle() },
            many(this.#model.newCount, "new run"), kbd("."))),
      h("as-list", { class: "panel rows", ".model": this.#list(group, group === last) })))];
  }

  #list(group, isLast) {
    const now = Date.now();
    return {
      items: group.runs, id: (run) => run.id, kind, label: group.title, head: head(group.name),
      near: isLast ? () => this.#loadMore() : null,
      row: (run, at) => row(run, { project: this.#project, now, selected: run.id === this.#selected,
          first: at === 0 && !group.runs.some((one) => one.id === this.#selected),
        open: go,
        hover: { retry: may(this.#project, "start") && (() => retry(this.#project, run)),
          cancel: may(this.#project, "start") && (() => askCancel(run, `${run.name} #${run.number}`)),
          copy: () => copyLink(to`/p/${this.#project}/runs/${run.number}`) } }),
    };
  }

  #nothing() {
    const filtered = FILTERS.some((name) => this.#query[name]);
    if (filtered) return h("div", { class: "panel" }, empty("No runs match", null, button("Clear filters",
          () => this.#set(Object.fromEntries(FILTERS.map((name) => [name, null]))), { key: "Esc" })));
    return h("div", { class: "panel" }, empty("No runs yet",
        ["Start a suite here, from your CI, or with ", h("span", { class: "mono" }, "assay run"), "."],
      may(this.#project, "start")
        && button("Start run", () => openStart(this.#project), { kind: "primary", icon: "i-play" })));
  }
}
